import { encodeTraces, type KeyValue, type ResourceSpans, type Span } from "@throughline/core/otlp";
import { type Plain, pairs, type Random, resourceOf, scopeOf, sometimes } from "./random.ts";

const NAMES = [
  "chat gpt-5.4",
  "execute_tool refund",
  "execute_tool search",
  "invoke_agent support",
  "GET /health",
  "session support",
  "ping",
  "m",
  "z",
  "é",
];
const SERVICES = ["support-agent", "billing", "gateway", "a", "test-x"];
const DURATIONS = [15, 2_000, 150_000, 3_000_000, 20_000_000, 300_000_000, 1_600_000_000, 95e9];
const TRACES = 90;
const FAMOUS = "4acca441dba8071e51177f7c82fe0d07";

/** Traces that have what the corpus of TraceQL asks for; `at` is the first nanosecond of half an hour. All of them are whole. */
export function traces(random: Random, at: bigint): Uint8Array<ArrayBuffer> {
  const resourceSpans: ResourceSpans[] = [];
  for (let n = 0; n < TRACES; n++) {
    const traceId = n === 0 ? FAMOUS : random.hex(n % 10 === 1 ? 28 : 32).padStart(32, "0");
    const began = at + BigInt(n) * 20_000_000_000n + 7_000_000n;
    const spans: Span[] = [];
    const count = 1 + random.below(11);
    for (let i = 0; i < count; i++) {
      const parent = i === 0 ? undefined : spans[random.below(spans.length)];
      spans.push(span(random, traceId, parent?.spanId ?? "", began + BigInt(i) * 1_001_000n));
    }
    const groups = Map.groupBy(spans, () => SERVICES[random.below(SERVICES.length)] ?? "");
    for (const [service, some] of groups)
      resourceSpans.push({
        resource: resourceOf({
          "service.name": service,
          ...sometimes(random, 3, { "session.id": "X" }),
          ...sometimes(random, 3, { a: 1 }),
          ...sometimes(random, 2, { "k8s.pod.name": `agent-${random.hex(2)}` }),
        }),
        scopeSpans: [{ scope: scopeOf(random), spans: some, schemaUrl: "" }],
        schemaUrl: "",
      });
  }
  return new Uint8Array(encodeTraces({ resourceSpans }));
}

function span(random: Random, traceId: string, parentSpanId: string, start: bigint): Span {
  const failed = random.below(4) === 0;
  const duration = BigInt(random.of(DURATIONS) + random.below(1_000));
  return {
    traceId,
    spanId: traceId === FAMOUS && parentSpanId === "" ? "0000000000000001" : random.hex(16),
    traceState: "",
    parentSpanId,
    flags: 0x101,
    name: random.of(NAMES),
    kind: random.below(6),
    startTimeUnixNano: start,
    endTimeUnixNano: start + duration,
    attributes: attributes(random),
    droppedAttributesCount: 0,
    events: failed ? [exception(random, start)] : [],
    droppedEventsCount: 0,
    links:
      random.below(8) === 0
        ? [
            {
              traceId: FAMOUS,
              spanId: "0000000000000001",
              traceState: "",
              attributes: pairs({ "throughline.link": "delegation" }),
              droppedAttributesCount: 0,
              flags: 0,
            },
          ]
        : [],
    droppedLinksCount: 0,
    status: failed
      ? { code: 2, message: random.of(["rate limit exceeded", "", "no"]) }
      : { code: random.below(2), message: "" },
  };
}

function exception(random: Random, start: bigint): Span["events"][number] {
  return {
    timeUnixNano: start + BigInt(random.below(5)) * 1_000_000n,
    name: "exception",
    attributes: pairs({
      "exception.type": random.of(["RateLimitError", "TypeError"]),
      ...sometimes(random, 2, { "exception.message": "a timeout of sorts" }),
    }),
    droppedAttributesCount: 0,
  };
}

function attributes(random: Random): KeyValue[] {
  const few: Record<string, Plain> = {
    ...sometimes(random, 2, {
      "session.id": random.of([
        "X",
        "slack-C42-1700000000",
        "33878ff9-1467-43ef-a692-634a21bbb1bf",
      ]),
    }),
    ...sometimes(random, 5, { "gen_ai.conversation.id": "X" }),
    ...sometimes(random, 2, {
      "gen_ai.operation.name": random.of(["chat", "execute_tool"]),
      "gen_ai.request.model": random.of(["gpt-5.4", "claude-opus-5-5"]),
      "gen_ai.usage.input_tokens": random.below(150_000),
      "gen_ai.usage.output_tokens": random.below(9_000),
    }),
    ...sometimes(random, 2, { "gen_ai.tool.name": random.of(["refund", "a", "b"]) }),
    ...sometimes(random, 3, { "gen_ai.agent.name": random.of(["researcher", "support"]) }),
    ...sometimes(random, 4, { "throughline.agent.parent_run_id": "r1" }),
    ...sometimes(random, 2, {
      "throughline.step": random.of(["turn", "agent", "tool", "tool.approval"]),
    }),
    ...sometimes(random, 4, { "throughline.approval.decision": "denied" }),
    ...sometimes(random, 4, { "throughline.llm.attempt": 1 + random.below(3) }),
    ...sometimes(random, 4, { "throughline.cost.amount": random.below(100) / 160 + 0.001 }),
    ...sometimes(random, 4, { "throughline.outcome": random.of(["ok", "cancelled"]) }),
    ...sometimes(random, 3, { "http.response.status_code": random.of([200, 404, 500, 503]) }),
    ...sometimes(random, 3, { "http.status_code": random.of([200, 204, 302, 500]) }),
    ...sometimes(random, 4, { "http.request_content_length": random.below(20_000_000) }),
    ...sometimes(random, 3, { "cache.hit": random.below(2) === 0, retry: random.below(2) === 0 }),
    ...sometimes(random, 4, { cached: random.below(2) === 0 }),
    ...sometimes(random, 2, { a: random.of([-1, 0, 1, 2, 3, 1_500]) }),
    ...sometimes(random, 2, { b: random.of([1, 2, 3]) }),
    ...sometimes(random, 2, { c: random.of([1, 2, 3]) }),
    ...sometimes(random, 3, { d: 4 }),
    ...sometimes(random, 6, { "gen_ai.usage with space": 1, "http.user agent": "curl" }),
    ...sometimes(random, 6, { "weird {name}": "x", 'say "hi"': "x", "5xx": 1 }),
    ...sometimes(random, 6, { 日本: "語", "a/b": "x", "a:b": "x" }),
    ...sometimes(random, 6, { "resource.a": "x", name: "x", duration: 7 }),
  };
  return pairs(few);
}
