import { readdirSync } from "node:fs";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dialects, eventNameOf, sessionKeyOf, stepWithin } from "@throughline/core/dialects";
import type { StepKind } from "@throughline/core";
import { log, span } from "./build.ts";

describe("the registry", () => {
  it("has every file of emitters/", () => {
    const files = readdirSync(new URL("../../src/dialects/emitters/", import.meta.url));
    expect(files.map((file) => file.replace(/\.ts$/, "")).toSorted()).toEqual(
      dialects.map(({ id }) => id).toSorted(),
    );
  });

  it("recognises every dialect by something", () => {
    for (const { id, recognise } of dialects)
      expect(Object.values(recognise).flat(), id).not.toHaveLength(0);
  });
});

describe("session keys", () => {
  const order = [
    "session.id",
    "ameide.session_id",
    "langfuse.session.id",
    "traceloop.association.properties.session_id",
    "lmnr.association.properties.session_id",
    "gcp.vertex.agent.session_id",
    "ai.telemetry.metadata.sessionId",
    "ai.settings.context.sessionId",
    "langsmith.metadata.session_id",
    "langsmith.metadata.thread_id",
    "langsmith.metadata.conversation_id",
    "conversation.id",
    "gen_ai.conversation.id",
    "langfuse_session_id",
  ];

  it("are believed in one order, on any record that has several", () => {
    fc.assert(
      fc.property(fc.subarray(order, { minLength: 1 }), fc.boolean(), (present, reversed) => {
        const keys = reversed ? present.toReversed() : present;
        const record = span("x", Object.fromEntries(keys.map((key) => [key, `from ${key}`])), {
          parentSpanId: "",
        });
        const first = order.find((key) => present.includes(key));
        expect(sessionKeyOf(record, { keys: ["ameide.session_id"] })).toEqual({
          id: `from ${first}`,
          source: first,
        });
      }),
    );
  });

  it("include the flat field of log pipelines on logs alone", () => {
    expect(sessionKeyOf(log("", { session_id: "s1" }))?.id).toBe("s1");
    expect(sessionKeyOf(span("SELECT", { session_id: "s1" }))).toBeUndefined();
  });

  it.each(["mcp.session.id", "langsmith.trace.session_id", "trace.id", "thread.id"])(
    "never include %s",
    (key) => {
      expect(sessionKeyOf(log("", { [key]: "s1" }))).toBeUndefined();
    },
  );

  it("leave a conversation below an agent alone when the caller knows better", () => {
    const agent = span("invoke_agent a", {
      "gen_ai.operation.name": "invoke_agent",
      "gen_ai.conversation.id": "c2",
    });
    expect(sessionKeyOf(agent)?.id).toBe("c2");
    expect(sessionKeyOf(agent, { belowAgent: true })).toBeUndefined();
  });
});

describe("an agent's place", () => {
  it.each<[StepKind, StepKind[], StepKind]>([
    ["agent", [], "turn"],
    ["agent", ["action"], "turn"],
    ["agent", ["tool", "turn"], "agent"],
    ["agent", ["tool", "agent"], "agent"],
    ["tool", [], "tool"],
  ])("%s below %j is %s", (step, above, expected) => {
    expect(stepWithin(step, above)).toBe(expected);
  });
});

it("finds an event's name in the attribute, in OTLP's own field, or in the body", () => {
  expect(eventNameOf(log("event otel/src/x.rs:7", { "event.name": "codex.user_prompt" }))).toBe(
    "codex.user_prompt",
  );
  expect(eventNameOf(log("session.start", {}))).toBe("session.start");
  expect(eventNameOf(log("", {}, { body: "claude_code.user_prompt" }))).toBe(
    "claude_code.user_prompt",
  );
  expect(eventNameOf(log("", {}, { body: "x".repeat(200) }))).toBe("");
});
