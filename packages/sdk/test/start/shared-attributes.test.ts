import { trace } from "@opentelemetry/api";
import type { SpanProcessor } from "@opentelemetry/sdk-trace";
import type { KeyValue } from "@throughline/core/otlp";
import { health, session, use } from "@throughline/sdk";
import { start, type StartOptions, type Telemetry } from "@throughline/sdk/start";
import { afterEach, beforeEach, expect, test } from "vitest";

import { attributesOf, Collector } from "../export/collector.ts";

let collector: Collector;
let telemetry: Telemetry | undefined;

beforeEach(async () => {
  collector = await Collector.start();
});
afterEach(async () => {
  await telemetry?.shutdown();
  trace.disable();
  await collector.stop();
});

/** What spans of a turn have in common is encoded once; on the wire nothing may tell. */
async function attributesAfter(
  run: () => void,
  options: StartOptions = {},
): Promise<(name: string) => Record<string, unknown>> {
  telemetry = start({ endpoint: collector.endpoint, exitWithinMs: 0, ...options });
  run();
  await telemetry.flush();
  return (name) => {
    const span = collector.spans.find((each) => each.name === name);
    expect(span, name).toBeDefined();
    const keys = span!.attributes.map(({ key }: KeyValue) => key);
    expect(keys).toEqual([...new Set(keys)]);
    return attributesOf(span!);
  };
}

test("every span says whole whose it is, in a sub-agent's run as well", async () => {
  const of = await attributesAfter(() => {
    session({ id: "s-1", agent: "support" }, (s) => {
      s.turn({ id: "t-1" }, (turn) => {
        turn.tool({ name: "before", callId: "1" }, () => {});
        turn.agent({ name: "researcher", runId: "r-1" }, (agent) => {
          agent.tool({ name: "inside", callId: "2" }, () => {});
        });
        turn.llm({ provider: "openai", model: "after" }, () => {});
      });
      s.turn({ id: "t-2" }, (turn) => turn.tool({ name: "next", callId: "3" }, () => {}));
    });
  });
  const first = {
    "session.id": "s-1",
    "throughline.turn.id": "t-1",
    "throughline.turn.index": 0,
    "throughline.outcome": "ok",
  };
  const tool = { "throughline.step": "tool", "gen_ai.operation.name": "execute_tool" };
  expect(of("execute_tool before")).toEqual({
    ...first,
    ...tool,
    "gen_ai.agent.name": "support",
    "gen_ai.tool.name": "before",
    "gen_ai.tool.call.id": "1",
  });
  expect(of("execute_tool inside")).toEqual({
    ...first,
    ...tool,
    "gen_ai.agent.name": "researcher",
    "throughline.agent.run_id": "r-1",
    "gen_ai.tool.name": "inside",
    "gen_ai.tool.call.id": "2",
  });
  expect(of("chat after")).toMatchObject({ ...first, "gen_ai.operation.name": "chat" });
  expect(of("chat after")).not.toHaveProperty("throughline.agent.run_id");
  expect(of("execute_tool next")).toMatchObject({
    ...tool,
    "throughline.turn.id": "t-2",
    "throughline.turn.index": 1,
  });
});

test("what somebody writes over stays written, but for the session", async () => {
  const { restoredIds } = health();
  const unplug = use({
    name: "other ids",
    on: {
      "tool:start": (step) => step.set({ "throughline.turn.id": "mine", "session.id": "stolen" }),
    },
  });
  const of = await attributesAfter(() => {
    session({ id: "s-2" }, (s) =>
      s.turn({ id: "t-1" }, (turn) => {
        turn.tool({ name: "late" }, () => {});
        turn.action({ name: "early", attributes: { "throughline.turn.id": "own" } }, () => {});
      }),
    );
  });
  unplug();
  expect(of("execute_tool late")).toMatchObject({
    "throughline.turn.id": "mine",
    "throughline.turn.index": 0,
    "session.id": "s-2",
  });
  expect(health().restoredIds).toBe(restoredIds + 1);
  // What a step is told at its start gives way to its identity.
  expect(of("action early")).toMatchObject({ "throughline.turn.id": "t-1", "session.id": "s-2" });
  expect(of("invoke_agent")).toMatchObject({ "throughline.turn.id": "t-1" });
});

test("calls of one tool or model are told apart where they differ, and what is said of them is said once", async () => {
  const unplug = use({
    name: "own end",
    on: { "hook:success": (step) => step.set({ "throughline.outcome": "mine" }) },
  });
  const of = await attributesAfter(() => {
    session({ id: "s-5", agent: "support" }, (s) =>
      s.turn({ id: "t-1" }, (turn) => {
        turn.llm({ provider: "openai", model: "m" }, () => {});
        turn.llm(
          { provider: "azure", model: "m", operation: "text_completion", attempt: 2 },
          () => {},
        );
        turn.tool(
          { name: "t", callId: "1", attributes: { "gen_ai.tool.name": "other" } },
          () => {},
        );
        turn.agent({ name: "researcher", runId: "r-1" }, (agent) =>
          agent.tool({ name: "t", callId: "2" }, (tool) => tool.startExecution().end("cancelled")),
        );
        turn.hook({ name: "x" }, () => {});
      }),
    );
  });
  unplug();
  const first = { "session.id": "s-5", "throughline.turn.id": "t-1", "throughline.turn.index": 0 };
  const call = { ...first, "throughline.step": "llm", "gen_ai.request.model": "m" };
  expect(of("chat m")).toEqual({
    ...call,
    "gen_ai.operation.name": "chat",
    "gen_ai.provider.name": "openai",
    "throughline.llm.attempt": 1,
    "throughline.outcome": "ok",
  });
  expect(of("text_completion m")).toEqual({
    ...call,
    "gen_ai.operation.name": "text_completion",
    "gen_ai.provider.name": "azure",
    "throughline.llm.attempt": 2,
    "throughline.outcome": "ok",
  });
  expect(of("execute_tool t")).toMatchObject({
    "gen_ai.tool.name": "t",
    "gen_ai.tool.call.id": "1",
    "gen_ai.agent.name": "support",
  });
  expect(of("tool.execution t")).toEqual({
    ...first,
    "throughline.step": "tool.execution",
    "throughline.outcome": "cancelled",
    "gen_ai.tool.name": "t",
    "gen_ai.tool.call.id": "2",
    "gen_ai.agent.name": "researcher",
    "throughline.agent.run_id": "r-1",
  });
  // What somebody writes last is the SDK's word of how it ended.
  expect(of("hook x")).toMatchObject({ "throughline.outcome": "ok" });
});

test("a span that is renamed goes by its new name", async () => {
  const of = await attributesAfter(() =>
    session({ id: "s-6" }, (s) =>
      s.tool({ name: "t", callId: "1" }, (tool) => {
        tool.span?.updateName("renamed");
        tool.set({ own: 1 });
      }),
    ),
  );
  expect(of("renamed")).toEqual({
    "session.id": "s-6",
    "throughline.step": "tool",
    "gen_ai.operation.name": "execute_tool",
    "gen_ai.tool.name": "t",
    "gen_ai.tool.call.id": "1",
    own: 1,
    "throughline.outcome": "ok",
  });
});

test("a processor that looks at a span sees all of it, and what it writes arrives", async () => {
  const seen: object[] = [];
  const processor: SpanProcessor = {
    onStart(span) {
      seen.push({ ...span.attributes });
      Reflect.set(span.attributes, "written", "into the attributes themselves");
    },
    onEnd() {},
    async forceFlush() {},
    async shutdown() {},
  };
  const of = await attributesAfter(
    () => session({ id: "s-3" }, (s) => s.turn({ id: "t-1" }, () => {})),
    { spanProcessors: [processor] },
  );
  expect(seen[1]).toMatchObject({
    "session.id": "s-3",
    "throughline.turn.id": "t-1",
    "throughline.step": "turn",
  });
  expect(of("invoke_agent")).toMatchObject({
    ...seen[1],
    written: "into the attributes themselves",
  });
});

test("a secret in what is shared is masked, and a redactor has its word on it", async () => {
  const secret = ["sk-ant", "api03", "0123456789abcdefghijklmn"].join("-");
  const run = (): void =>
    session({ id: "s-4" }, (s) =>
      s.turn({ id: secret }, (turn) => turn.hook({ name: "x" }, () => {})),
    );
  const masked = await attributesAfter(run);
  expect(masked("hook x")).toMatchObject({
    "throughline.turn.id": "[masked:anthropic]",
    "session.id": "s-4",
  });
  await telemetry?.shutdown();
  trace.disable();
  await collector.stop();
  collector = await Collector.start();

  const redactor = (text: string, key: string): string =>
    key === "throughline.turn.id" ? "redacted" : text;
  const redacted = await attributesAfter(run, { redactor });
  expect(redacted("hook x")).toMatchObject({ "throughline.turn.id": "redacted" });
});
