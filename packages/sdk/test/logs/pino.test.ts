import { createRequire } from "node:module";

import { PinoInstrumentation } from "@opentelemetry/instrumentation-pino";
import { ameideProfile, defaultProfile, sessionRoot } from "@throughline/core";
import type Pino from "pino";
import { afterEach, beforeEach, expect, test } from "vitest";

import { configure, session } from "@throughline/sdk";
import { lineFields, logHook, pinoMixin } from "@throughline/sdk/logs";

import { host, type Host } from "../support/host.ts";
import { Lines } from "./lines.ts";

const require = createRequire(import.meta.url);
const plain = require("pino") as typeof Pino;
// From here on `require("pino")` is the instrumented one.
const instrumentation = new PinoInstrumentation({ logHook });
delete require.cache[require.resolve("pino")];
const instrumented = require("pino") as typeof Pino;

let app: Host;
let id: string;
beforeEach(() => {
  app = host();
  id = crypto.randomUUID();
});
afterEach(async () => {
  configure({ profile: defaultProfile });
  await app.stop();
});

test("the mixin joins each line to its session and span", () => {
  const out = new Lines();
  const logger = plain({ mixin: pinoMixin() }, out);
  session({ id }, (s) =>
    s.turn((turn) => {
      logger.info({ order: 7 }, "hello");
      expect(out.lines).toEqual([
        expect.objectContaining({
          msg: "hello",
          order: 7,
          session_id: id,
          trace_id: sessionRoot(id).traceId,
          span_id: turn.span?.spanContext().spanId,
        }),
      ]);
    }),
  );
});

test("outside of a step a line stands at the session's root, outside of a session nowhere", () => {
  const out = new Lines();
  const logger = plain({ mixin: pinoMixin() }, out);
  session({ id }, () => logger.info("within"));
  logger.info("without");
  const root = sessionRoot(id);
  expect(out.lines[0]).toMatchObject({
    session_id: id,
    trace_id: root.traceId,
    span_id: root.spanId,
  });
  expect(out.lines[1]).not.toHaveProperty("session_id");
  expect(out.lines[1]).not.toHaveProperty("trace_id");
});

test("a logger that is bound to a handle needs no ambient session", () => {
  const out = new Lines();
  const turn = session({ id }).startTurn();
  plain(out).child(lineFields(turn)).warn("later");
  expect(out.lines[0]).toMatchObject({
    session_id: id,
    span_id: turn.span?.spanContext().spanId,
  });
  turn.end();
});

test("what the program logs itself goes before", () => {
  const out = new Lines();
  session({ id }, () => plain({ mixin: pinoMixin() }, out).info({ session_id: "mine" }, "hello"));
  expect(out.lines[0]).toMatchObject({ session_id: "mine" });
});

test("the field is called what the profile says", () => {
  configure({ profile: ameideProfile });
  const out = new Lines();
  session({ id }, () => plain({ mixin: pinoMixin() }, out).info("hello"));
  expect(out.lines[0]).toMatchObject({ ameide_session_id: id });
});

test("OpenTelemetry's instrumentation: lines and records carry session, trace and span", () => {
  const out = new Lines();
  const logger = instrumented(out);
  const spanId = session({ id }, (s) =>
    s.turn((turn) => {
      logger.error("it broke");
      return turn.span?.spanContext().spanId;
    }),
  );
  const ids = { traceId: sessionRoot(id).traceId, spanId };
  expect(out.lines).toEqual([
    expect.objectContaining({
      msg: "it broke",
      session_id: id,
      trace_id: ids.traceId,
      span_id: ids.spanId,
    }),
  ]);
  const record = app.logs().find(({ body }) => body === "it broke");
  expect(record).toMatchObject({ severityText: "error", spanContext: ids });
  expect(record?.attributes["session.id"]).toBe(id);
  expect(instrumentation.isEnabled()).toBe(true);
});
