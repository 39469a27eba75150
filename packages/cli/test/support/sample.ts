import { sessionRoot } from "@throughline/core";
import {
  encodeLogs,
  encodeTraces,
  type KeyValue,
  type LogRecord,
  type Span,
} from "@throughline/core/otlp";
import type { Delivery } from "@throughline/store";

/** The session of the contract's test vector, with three turns of a support agent. What the docs show. */
export const sampleId = "33878ff9-1467-43ef-a692-634a21bbb1bf";

const root = sessionRoot(sampleId);

interface Told {
  readonly id: number;
  readonly under?: number;
  readonly step: string;
  readonly name: string;
  readonly at: number;
  readonly ms: number;
  readonly error?: boolean;
  readonly more?: Readonly<Record<string, string | number>>;
}

function llm(
  id: number,
  under: number,
  at: number,
  ms: number,
  input: number,
  output: number,
): Told {
  return {
    id,
    under,
    at,
    ms,
    step: "llm",
    name: "chat gpt-5.4",
    more: {
      "gen_ai.operation.name": "chat",
      "gen_ai.provider.name": "openai",
      "gen_ai.request.model": "gpt-5.4",
      "gen_ai.usage.input_tokens": input,
      "gen_ai.usage.output_tokens": output,
      "throughline.cost.amount": (input * 2 + output * 10) / 1e6,
      "throughline.cost.currency": "USD",
      "throughline.cost.source": "reported",
    },
  };
}

function tool(
  id: number,
  under: number,
  at: number,
  ms: number,
  name: string,
  error = false,
): Told {
  return {
    id,
    under,
    at,
    ms,
    error,
    step: "tool",
    name: `execute_tool ${name}`,
    more: {
      "gen_ai.operation.name": "execute_tool",
      "gen_ai.tool.name": name,
      "gen_ai.tool.call.id": `call-${id}`,
      ...(error && { "error.type": "card_declined" }),
    },
  };
}

function turn(id: number, index: number, at: number, ms: number): Told {
  return {
    id,
    at,
    ms,
    step: "turn",
    name: "invoke_agent support",
    more: { "throughline.turn.index": index, "throughline.turn.id": `turn-${index}` },
  };
}

const told: readonly Told[] = [
  { id: 0, at: 0, ms: 0.1, step: "session", name: "session support" },
  turn(1, 0, 5, 2_100),
  llm(2, 1, 10, 800, 812, 96),
  tool(3, 1, 820, 240, "find_order"),
  llm(4, 1, 1_070, 1_000, 1_040, 120),
  turn(5, 1, 60_000, 1_900),
  llm(6, 5, 60_005, 700, 1_300, 64),
  tool(7, 5, 60_710, 410, "refund", true),
  llm(8, 5, 61_130, 760, 1_420, 88),
  turn(9, 2, 1_000_000, 900),
  llm(10, 9, 1_000_004, 880, 1_600, 51),
];

/** An hour ago, as everything that is asked for with --since 1h should be found. */
export function sampleDeliveries(began: number = Date.now() - 1_900_000): Delivery[] {
  const ns = (ms: number): bigint => BigInt(began) * 1_000_000n + BigInt(Math.round(ms * 1e6));
  const spans = told.map((each): Span => spanOf(each, ns));
  const logs = [
    log("session.start", "", 9, ns(0), root.spanId),
    log("", "order 1042 is paid and not shipped", 9, ns(900), hex(3)),
    log("", "card declined by the issuer", 17, ns(61_000), hex(7)),
    log("", "offering store credit instead", 13, ns(61_120), hex(5)),
  ];
  const scope = { name: "support-agent", version: "1", attributes: [], droppedAttributesCount: 0 };
  const resource = {
    attributes: pairs({ "service.name": "support-agent" }),
    droppedAttributesCount: 0,
    entityRefs: [],
  };
  const traces = encodeTraces({
    resourceSpans: [{ resource, scopeSpans: [{ scope, spans, schemaUrl: "" }], schemaUrl: "" }],
  });
  const records = encodeLogs({
    resourceLogs: [
      { resource, scopeLogs: [{ scope, logRecords: logs, schemaUrl: "" }], schemaUrl: "" },
    ],
  });
  return [
    { signal: "traces", body: new Uint8Array(traces) },
    { signal: "logs", body: new Uint8Array(records) },
  ];
}

function spanOf(each: Told, ns: (ms: number) => bigint): Span {
  const { at, error = false, id, more = {}, ms, name, step, under } = each;
  return {
    traceId: root.traceId,
    spanId: id === 0 ? root.spanId : hex(id),
    traceState: "",
    parentSpanId: id === 0 ? "" : under === undefined ? root.spanId : hex(under),
    flags: 0x101,
    name,
    kind: step === "llm" ? 3 : 1,
    startTimeUnixNano: ns(at),
    endTimeUnixNano: ns(at + ms),
    attributes: pairs({
      "session.id": sampleId,
      "throughline.step": step,
      "gen_ai.agent.name": "support",
      "throughline.channel.type": "slack",
      "throughline.channel.id": "C42",
      ...more,
    }),
    droppedAttributesCount: 0,
    events: [],
    droppedEventsCount: 0,
    links: [],
    droppedLinksCount: 0,
    status: { message: "", code: error ? 2 : 0 },
  };
}

function log(
  eventName: string,
  body: string,
  severityNumber: number,
  at: bigint,
  spanId: string,
): LogRecord {
  return {
    timeUnixNano: at,
    observedTimeUnixNano: at,
    severityNumber,
    severityText: severityNumber >= 17 ? "ERROR" : severityNumber >= 13 ? "WARN" : "INFO",
    body: body === "" ? undefined : { stringValue: body },
    attributes: pairs({ "session.id": sampleId }),
    droppedAttributesCount: 0,
    flags: 1,
    traceId: root.traceId,
    spanId,
    eventName,
  };
}

function hex(id: number): string {
  return `5e55${id.toString(16).padStart(12, "0")}`;
}

function pairs(values: Readonly<Record<string, string | number>>): KeyValue[] {
  return Object.entries(values).map(([key, value]) => ({
    key,
    value:
      typeof value === "string"
        ? { stringValue: value }
        : Number.isInteger(value)
          ? { intValue: BigInt(value) }
          : { doubleValue: value },
  }));
}
