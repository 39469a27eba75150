import { createRequire } from "node:module";

import type * as Api from "@opentelemetry/api";
import { logs, trace } from "@opentelemetry/api";
import { logs as separate } from "@opentelemetry/api-logs";
import { afterEach, expect, test } from "vitest";

import { log, session } from "@throughline/sdk";
import { joinLogsApis } from "@throughline/sdk/logs";

import { host, type Host } from "../support/host.ts";

let app: Host | undefined;
afterEach(async () => {
  separate.disable();
  await app?.stop();
  app = undefined;
});

test("what an older bridge emits reaches a provider of the newer API, in its session", () => {
  app = host();
  joinLogsApis();
  const id = crypto.randomUUID();
  session({ id }, () => separate.getLogger("bridge").emit({ body: "from api-logs" }));
  const record = app.logs().find(({ body }) => body === "from api-logs");
  expect(record?.attributes["session.id"]).toBe(id);
});

test("and the other way round", () => {
  app = host();
  const provider = logs.getLoggerProvider();
  logs.disable();
  separate.setGlobalLoggerProvider(provider);
  joinLogsApis();
  logs.getLogger("bridge").emit({ body: "from api" });
  log.info("ours");
  expect(app.logs().map(({ body }) => body)).toEqual(["from api", "ours"]);
});

test("who set both is left alone", () => {
  app = host();
  const other = host({ bare: true });
  const provider = logs.getLoggerProvider();
  separate.setGlobalLoggerProvider(provider);
  joinLogsApis();
  expect(separate.getLoggerProvider()).toBe(provider);
  return other.stop();
});

test("a host that registered with an API copy we can't reach hears of it, once", async () => {
  // What a host of the 2.x line has installed: its API is older than the copy that we import here.
  const lane = createRequire(
    new URL("../../../../test/lanes/otel-2/package.json", import.meta.url),
  );
  const older = lane("./node_modules/@opentelemetry/api/build/src/index.js") as typeof Api;
  const theirs = older.trace;
  // As if it had been there first: the version of whoever registers anything first is everybody's.
  Reflect.deleteProperty(globalThis, Symbol.for("opentelemetry.js.api.1"));
  const warnings: Error[] = [];
  const hear = (warning: Error): void => void warnings.push(warning);
  process.on("warning", hear);
  theirs.setGlobalTracerProvider({ getTracer: () => trace.getTracer("none") });
  try {
    session({ id: crypto.randomUUID() }).turn(() => {});
    session({ id: crypto.randomUUID() }).turn(() => {});
    await new Promise((resolve) => setImmediate(resolve));
  } finally {
    Reflect.deleteProperty(globalThis, Symbol.for("opentelemetry.js.api.1"));
    process.off("warning", hear);
  }
  const ours = warnings.filter(
    (warning) => "code" in warning && warning.code === "THROUGHLINE_API_COPIES",
  );
  expect(ours.map(({ message }) => message)).toEqual([expect.stringContaining("1.9.1")]);
});
