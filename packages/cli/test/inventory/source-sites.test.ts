import { expect, test } from "vitest";

import { isSeen, lookAtSource } from "../../src/inventory/source-sites.ts";

const found = (source: string, file = "a.ts"): readonly string[] =>
  lookAtSource(file, source).sites.map(({ kind, line, name }) => `${line} ${kind} ${name}`);

test.each<readonly [string, string, readonly string[]]>([
  ["the tracer", 'tracer.startSpan("GET /", {});', ["1 span GET /"]],
  ["an active span", "tracer\n  .startActiveSpan('work', (span) => {})", ["2 span work"]],
  ["a name with a part of its own", "tracer.startSpan(`chat ${model}`)", ["1 span chat *"]],
  ["an event", 'logger.emit({ body: "x", eventName: "order.paid" })', ["1 log order.paid"]],
  ["a tool", 'turn.tool({ callId: "c", name: "refund" }, f)', ["1 span execute_tool refund"]],
  ["a sidecar", 'turn.sidecar({ name: "title", detached: true }, f)', ["1 span sidecar title"]],
  ["a sub-agent", 'turn.agent({ name: "researcher" }, f)', ["1 span invoke_agent researcher"]],
  [
    "a model call",
    'turn.llm({ provider: "openai", model: "gpt-5.4" }, f)',
    ["1 span chat gpt-5.4"],
  ],
  ["a session", 'await session({ id, agent: "support" }, f)', ["1 span session support"]],
  ["nothing in comments", '// tracer.startSpan("a")\n/* x.startSpan("b") */', []],
  ["what stands behind an address", 'get("http://x"); t.startSpan("c")', ["1 span c"]],
  ["nothing without a name", "tracer.startSpan(name)", []],
])("finds %s", (_, source, sites) => expect(found(source)).toEqual(sites));

test("finds Python's and Go's calls", () => {
  const python = '# tracer.start_span("old")\nwith tracer.start_as_current_span("chat"):';
  expect(found(python, "a.py")).toEqual(["2 span chat"]);
  expect(found('ctx, span := tracer.Start(ctx, "handle")', "a.go")).toEqual(["1 span handle"]);
});

test("counts calls of which nothing can be said", () => {
  expect(
    lookAtSource("a.ts", 't.startSpan(name); t.startSpan("a"); t.startSpan(`${x}`)').unnamed,
  ).toBe(1);
});

test("compares names, made-up parts aside", () => {
  const names = new Set(["chat gpt-5.4", "work"]);
  const seen = (name: string) => isSeen({ kind: "span", file: "a.ts", line: 1, name }, names);
  expect(["work", "chat *", "* gpt-5.4", "*"].map(seen)).toEqual([true, true, true, true]);
  expect(["wor", "tool *", "chat * gpt-5.4"].map(seen)).toEqual([false, false, false]);
});
