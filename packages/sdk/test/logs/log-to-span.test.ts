import { ROOT_CONTEXT, SpanStatusCode } from "@opentelemetry/api";
import { logs } from "@opentelemetry/api";
import { sessionRoot } from "@throughline/core";
import { afterEach, beforeEach, expect, test } from "vitest";

import { configure, log, session } from "@throughline/sdk";
import { LogToSpanProcessor } from "@throughline/sdk/logs";

import { host, type Host } from "../support/host.ts";
import { findings } from "../support/verdict.ts";

let app: Host;
let id: string;
beforeEach(() => {
  app = host({ logProcessors: [new LogToSpanProcessor()] });
  id = crypto.randomUUID();
});
afterEach(async () => {
  configure({ capture: "off" });
  await app.stop();
});

test("a record becomes a span without duration, below the one it was written in", () => {
  session({ id }, (s) =>
    s.turn((turn) => {
      turn.log.warn("slow answer from shop-7", { "shop.id": "7" });
      const span = app.span("log WARN");
      expect(span.parentSpanContext?.spanId).toBe(turn.span?.spanContext().spanId);
      expect(span.attributes).toMatchObject({
        "session.id": id,
        "throughline.turn.id": turn.id,
        "throughline.log.severity": "WARN",
        "throughline.log.body": "slow answer from shop-7",
        "shop.id": "7",
      });
      expect(span.startTime).toEqual(span.endTime);
      expect(span.status.code).toBe(SpanStatusCode.UNSET);
    }),
  );
  expect(findings(app)).toEqual([]);
});

test("outside of steps it stands at the session's root, outside of sessions alone", () => {
  session({ id }).log.info("later");
  log.info("nobody's");
  const [later, alone] = app.spans().filter(({ name }) => name === "log INFO");
  expect(later?.parentSpanContext?.spanId).toBe(sessionRoot(id).spanId);
  expect(later?.attributes["session.id"]).toBe(id);
  expect(alone?.parentSpanContext).toBeUndefined();
  expect(alone?.attributes["session.id"]).toBeUndefined();
});

test("an error is one, by its type, and its text is no name (qwen-code#3847)", () => {
  session({ id }, (s) =>
    s.turn((turn) => turn.log.error("no such order 4711", { error: new RangeError("4711") })),
  );
  const span = app.span("log ERROR");
  expect(span.status).toEqual({ code: SpanStatusCode.ERROR });
  expect(span.attributes["error.type"]).toBe("RangeError");
  expect(findings(app)).toEqual([]);
});

test("events go by their name; those that have a span of their own stay out", () => {
  const s = session({ id });
  s.turn(() => {});
  s.end();
  const names = app.spans().map(({ name }) => name);
  expect(names).toContain("session.end");
  expect(names).not.toContain("session.start");
  expect(names).not.toContain("throughline.span.start");
});

test.each([
  ["off", undefined],
  ["both", "the prompt"],
] as const)("message content passes the gate or not: %s", (capture, told) => {
  configure({ capture });
  const bridge = new LogToSpanProcessor();
  bridge.onEmit({
    hrTime: [1, 0],
    hrTimeObserved: [1, 0],
    eventName: "gen_ai.user.message",
    body: "the prompt",
    attributes: { "gen_ai.input.messages": "the prompt", key: `sk-ant-${"a1".repeat(20)}` },
    droppedAttributesCount: 0,
    resource: { attributes: {} },
    instrumentationScope: { name: "test" },
  });
  const { attributes } = app.span("gen_ai.user.message");
  expect(attributes["gen_ai.input.messages"]).toBe(told);
  expect(attributes["throughline.log.body"]).toBe(told);
  expect(attributes["key"]).toBe("[masked:anthropic]");
});

test("records of any shape become spans", () => {
  const circular: { self?: unknown } = {};
  circular.self = circular;
  const logger = logs.getLogger("test");
  logger.emit({ body: { deep: [1, { a: true }] }, context: ROOT_CONTEXT });
  logger.emit({ body: circular, eventName: "x".repeat(500), context: ROOT_CONTEXT });
  expect(app.span("log").attributes["throughline.log.body"]).toBe('{"deep":[1,{"a":true}]}');
  expect(app.span("x".repeat(128)).attributes).not.toHaveProperty("throughline.log.body");
});
