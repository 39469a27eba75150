import { expect, test } from "vitest";
import type { LogRecord, PlainValue, SpanRecord, TelemetryRecord } from "@throughline/core/record";
import { type Summary, summarise } from "@throughline/core/session";

type Attributes = Readonly<Record<string, PlainValue>>;
const map = (attributes: Attributes) => Object.assign(Object.create(null), attributes);
const from = (service: string) => ({
  resource: { attributes: map({ "service.name": service }) },
  scope: { name: "test", version: "", attributes: map({}) },
});

interface Sketch {
  readonly parent?: string;
  readonly error?: boolean;
  readonly service?: string;
  /** Milliseconds. */
  readonly at?: number;
  readonly took?: number;
  readonly trace?: string;
}

function span(spanId: string, attributes: Attributes = {}, sketch: Sketch = {}): SpanRecord {
  const { at = 0, error = false, parent = "", service = "app", took = 1, trace = "t" } = sketch;
  const startNs = 1_790_000_000_000_000_000n + BigInt(at * 1e6);
  return {
    kind: "span",
    traceId: trace,
    spanId,
    parentSpanId: parent,
    parentIsRemote: undefined,
    name: spanId,
    spanKind: "internal",
    startNs,
    endNs: startNs + BigInt(took * 1e6),
    status: { code: error ? "error" : "unset", message: "" },
    attributes: map(attributes),
    events: [],
    links: [],
    ...from(service),
  };
}

function log(
  eventName: string,
  attributes: Attributes = {},
  sketch: Sketch & { on?: string; severity?: number } = {},
): LogRecord {
  const { at = 0, on = "", service = "app", severity = 9, trace = "t" } = sketch;
  return {
    kind: "log",
    traceId: trace,
    spanId: on,
    timeNs: 1_790_000_000_000_000_000n + BigInt(at * 1e6),
    severityNumber: severity,
    severityText: "",
    eventName,
    body: null,
    attributes: map(attributes),
    ...from(service),
  };
}

function summary(...records: readonly TelemetryRecord[]): Summary {
  return summarise(
    records.map((record) => ({ record, membership: "carried" })),
    { price: ({ model, tokens }) => (model === "known" ? tokens.output / 100 : undefined) },
  );
}

const step = (kind: string, more: Attributes = {}): Attributes => ({
  "throughline.step": kind,
  ...more,
});
const call = (more: Attributes = {}): Attributes =>
  step("llm", {
    "gen_ai.request.model": "known",
    "gen_ai.usage.input_tokens": 10,
    "gen_ai.usage.output_tokens": 5,
    ...more,
  });

test("an error counts where it began: not again on the spans and log records it went through", () => {
  const { errors } = summary(
    span("turn", {}, { error: true }),
    span("call", {}, { parent: "turn", error: true }),
    log("failed", {}, { on: "call", severity: 17 }),
    log("failed too", {}, { on: "turn", severity: 17 }),
    log("elsewhere", {}, { severity: 21 }),
    log("just a warning", {}, { severity: 13 }),
  );
  expect(errors).toBe(3);
});

test("of model calls within model calls the innermost counts, and the innermost that says what it used", () => {
  const gateway = span("gateway", call());
  const client = span("client", call({ "gen_ai.usage.input_tokens": 11 }), { parent: "http" });
  const http = span("http", {}, { parent: "gateway" });
  expect(summary(gateway, http, client)).toMatchObject({ llmCalls: 1, tokens: { input: 11 } });

  const silent = span("client", step("llm"), { parent: "http" });
  expect(summary(gateway, http, silent)).toMatchObject({
    llmCalls: 1,
    tokens: { input: 10, output: 5 },
    cost: { amount: 0.05, complete: true },
  });
});

const logged = (more: Attributes = {}, sketch: Sketch = {}) =>
  log("gen_ai.client.inference.operation.details", call(more), sketch);

test("log events tell of calls only where their service has no spans that do", () => {
  expect(summary(logged(), logged())).toMatchObject({ llmCalls: 2, tokens: { input: 20 } });
  expect(summary(span("a", call()), logged())).toMatchObject({
    llmCalls: 1,
    tokens: { input: 10 },
  });
  expect(summary(span("a", call()), logged({}, { service: "other" }))).toMatchObject({
    llmCalls: 2,
    tokens: { input: 20 },
  });
});

test("the cost is taken from whichever tells it better, though calls and tokens are the spans'", () => {
  const unpriced = span("a", call({ "gen_ai.request.model": "unheard-of" }));
  const reported = logged({ "throughline.cost.amount": 0.25 });
  expect(summary(unpriced)).toMatchObject({ cost: { amount: null, complete: false } });
  expect(summary(unpriced, reported)).toMatchObject({
    llmCalls: 1,
    cost: { amount: 0.25, currency: "USD", complete: true },
  });
});

test("a cost is complete only when every call that did not fail has a price", () => {
  const free = span("free", call({ "throughline.cost.amount": 0 }));
  expect(summary(free).cost).toEqual({ amount: 0, currency: "USD", complete: true });
  expect(summary(free, span("mute", step("llm"))).cost.complete).toBe(false);
  expect(summary(free, span("broken", step("llm"), { error: true })).cost.complete).toBe(true);
  const euros = span(
    "e",
    call({ "throughline.cost.amount": 2, "throughline.cost.currency": "EUR" }),
  );
  expect(summary(euros).cost).toEqual({ amount: 2, currency: "EUR", complete: true });
  expect(summary(euros, free).cost).toEqual({ amount: 0, currency: "USD", complete: false });
});

test("turns are turn spans, agents that work below none, and prompts where there is neither", () => {
  const turn = span("turn", step("turn"));
  const below = span("agent", step("agent"), { parent: "http" });
  const http = span("http", {}, { parent: "turn" });
  expect(summary(turn, http, below).turns).toBe(1);
  expect(summary(http, below).turns).toBe(1);
  expect(summary(turn, below).turns).toBe(2);
  const prompt = log("user_prompt", {}, {});
  const claude: TelemetryRecord = {
    ...prompt,
    scope: { ...prompt.scope, name: "com.anthropic.claude_code.events" },
  };
  expect(summary(claude, claude).turns).toBe(2);
  expect(summary(claude, claude, turn).turns).toBe(1);
});

test("announced work is open until its span is there, and a turn is one from its beginning", () => {
  const start = log("throughline.span.start", step("turn"), { on: "turn" });
  const agent = span("agent", step("agent"), { parent: "turn" });
  expect(summary(start, start, agent)).toMatchObject({ open: 1, turns: 1 });
  expect(summary(start, agent, span("turn", step("turn")))).toMatchObject({ open: 0, turns: 1 });
});

test("a span counts once, the first of those that share its id", () => {
  expect(
    summary(span("a"), span("a", {}, { error: true }), span("a", {}, { trace: "u" })),
  ).toMatchObject({
    spans: 2,
    errors: 0,
    traces: 2,
  });
});

test("agent and channel are those of the earliest record that names one, the longest tool is the longest", () => {
  const found = summary(
    span("late", { ...step("agent"), "gen_ai.agent.name": "helper" }, { at: 9 }),
    span(
      "early",
      { ...step("turn"), "gen_ai.agent.name": "main", "throughline.channel.type": "slack" },
      { at: 1 },
    ),
    log("note", { "throughline.channel.id": "C1" }, { at: 5 }),
    span("x", step("tool", { "gen_ai.tool.name": "search" }), { took: 30 }),
    span("y", step("tool", { "gen_ai.tool.name": "fetch" }), { took: 7 }),
    span("z", step("tool", { "gen_ai.tool.name": "backwards" }), { took: -7 }),
  );
  expect(found).toMatchObject({
    agent: "main",
    channel: { type: "slack", id: null },
    toolCalls: 3,
    longestTool: { name: "search", micros: 30_000 },
  });
});

test("parents that go in circles harm nothing", () => {
  const circle = [
    span("a", { ...call(), "throughline.step": "llm" }, { parent: "b", error: true }),
    span("b", step("agent"), { parent: "c", error: true }),
    span("c", step("agent"), { parent: "a", error: true }),
  ];
  expect(summary(...circle)).toMatchObject({ spans: 3, errors: 0, turns: 0 });
});
