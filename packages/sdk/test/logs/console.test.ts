/* oxlint-disable no-console -- the console is what this is about */
import { diag, DiagConsoleLogger, DiagLogLevel } from "@opentelemetry/api";
import { sessionRoot } from "@throughline/core";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { session } from "@throughline/sdk";
import { captureConsole } from "@throughline/sdk/logs";

import { host, type Host } from "../support/host.ts";

const methods = ["debug", "log", "info", "warn", "error"] as const;
let written: unknown[][] = [];
let stop: (() => void) | undefined;
let app: Host;

beforeEach(() => {
  app = host();
  written = [];
  // The console's own methods, for this test.
  for (const method of methods) {
    vi.spyOn(console, method).mockImplementation((...args) => void written.push([method, ...args]));
  }
});
afterEach(async () => {
  stop?.();
  stop = undefined;
  vi.restoreAllMocks();
  await app.stop();
});

const records = (): unknown[] =>
  app
    .logs()
    .filter(({ eventName }) => eventName === undefined)
    .map(({ severityText, body, attributes }) => [severityText, body, attributes["session.id"]]);

describe("captured, the console", () => {
  test("writes what it always wrote, and each call is a record of its session", () => {
    stop = captureConsole();
    const id = crypto.randomUUID();
    session({ id }, (s) =>
      s.turn((turn) => {
        console.log("order %d of %s", 7, "Ann");
        console.warn("slow");
        const record = app.logs().find(({ body }) => body === "order 7 of Ann");
        expect(record?.spanContext).toMatchObject({
          traceId: sessionRoot(id).traceId,
          spanId: turn.span?.spanContext().spanId,
        });
      }),
    );
    console.info("outside");
    expect(written).toEqual([
      ["log", "order %d of %s", 7, "Ann"],
      ["warn", "slow"],
      ["info", "outside"],
    ]);
    expect(records()).toEqual([
      ["INFO", "order 7 of Ann", id],
      ["WARN", "slow", id],
      ["INFO", "outside", undefined],
    ]);
  });

  test("tells of an error what it was", () => {
    stop = captureConsole(["error"]);
    console.error("failed:", new TypeError("no such order"));
    expect(app.logs()[0]?.attributes).toMatchObject({
      "exception.type": "TypeError",
      "exception.message": "no such order",
    });
  });

  test("is left alone where nobody asked for it", () => {
    stop = captureConsole(["error"]);
    console.log("hello");
    expect(records()).toEqual([]);
  });

  test("does not hear what is written while a record goes its way", async () => {
    await app.stop();
    app = host({
      logProcessors: [
        {
          onEmit: () => console.error("the exporter complains"),
          forceFlush: async () => {},
          shutdown: async () => {},
        },
      ],
    });
    stop = captureConsole();
    console.log("hello");
    expect(records()).toEqual([["INFO", "hello", undefined]]);
    expect(written).toEqual([
      ["log", "hello"],
      ["error", "the exporter complains"],
    ]);
  });

  test("does not hear OpenTelemetry talking of a record that failed", async () => {
    diag.setLogger(new DiagConsoleLogger(), {
      logLevel: DiagLogLevel.ALL,
      suppressOverrideMessage: true,
    });
    stop = captureConsole();
    console.log("hello");
    expect(records()).toEqual([["INFO", "hello", undefined]]);
  });

  test("is what it was once nobody listens any more", () => {
    const before = methods.map((method) => console[method]);
    const restore = captureConsole();
    restore();
    expect(methods.map((method) => console[method])).toEqual(before);
    console.log("hello");
    expect(records()).toEqual([]);
  });

  test("stays whole when somebody wrapped it after us", () => {
    const restore = captureConsole(["log"]);
    const ours = console.log;
    const theirs = (...args: unknown[]): void => ours("[theirs]", ...args);
    console.log = theirs;
    restore();
    expect(console.log).toBe(theirs);
    console.log("hello");
    expect(written).toEqual([["log", "[theirs]", "hello"]]);
    expect(records()).toEqual([]);
    console.log = ours;
  });

  test("survives what can't be formatted", () => {
    stop = captureConsole();
    const hostile = {
      get name(): string {
        throw new Error("no");
      },
      [Symbol.for("nodejs.util.inspect.custom")](): string {
        throw new Error("never");
      },
    };
    expect(() => console.log(hostile)).not.toThrow();
    expect(written).toHaveLength(1);
  });
});
