import { sessionRoot } from "@throughline/core";
import type { PlainValue, SpanRecord, TelemetryRecord } from "@throughline/core/record";
import type { RuleId } from "@throughline/core/verify";

import { epoch, log, map, second, span } from "./telemetry.ts";

/** One thing that goes wrong in telemetry, and the rule that must say so. */
export interface Injury {
  readonly name: string;
  readonly rule: RuleId;
  /** Records it can happen to. */
  readonly fits: (record: TelemetryRecord, all: readonly TelemetryRecord[]) => boolean;
  /** What becomes of the record: nothing, itself changed, or several. */
  readonly hurt: (
    record: TelemetryRecord,
    all: readonly TelemetryRecord[],
  ) => readonly TelemetryRecord[];
}

const without = (record: TelemetryRecord, ...keys: string[]): TelemetryRecord =>
  withAttributes(record, Object.fromEntries(keys.map((key) => [key, undefined])));

function withAttributes(
  record: TelemetryRecord,
  attributes: Record<string, PlainValue | undefined>,
): TelemetryRecord {
  return { ...record, attributes: map({ ...record.attributes, ...attributes }) };
}

const isSpan = (record: TelemetryRecord): record is SpanRecord => record.kind === "span";
const stepOf = (record: TelemetryRecord): unknown =>
  isSpan(record) ? record.attributes["throughline.step"] : undefined;
const is =
  (...steps: string[]) =>
  (record: TelemetryRecord): boolean =>
    steps.some((step) => stepOf(record) === step);
const isEvent =
  (...names: string[]) =>
  (record: TelemetryRecord): boolean =>
    record.kind === "log" && names.includes(record.eventName);
const isLine = isEvent("");
const ours = (record: TelemetryRecord): boolean => stepOf(record) !== undefined;
const failed = (record: TelemetryRecord): boolean =>
  isSpan(record) && record.status.code === "error";
const outcomeOf = (record: TelemetryRecord): unknown => record.attributes["throughline.outcome"];
const captureOf = (record: TelemetryRecord): unknown =>
  record.resource.attributes["throughline.content.capture"];
const hasLink = (record: TelemetryRecord, reason: string): boolean =>
  isSpan(record) && record.links.some((each) => each.attributes["throughline.link"] === reason);
const parentOf = (
  record: TelemetryRecord,
  all: readonly TelemetryRecord[],
): SpanRecord | undefined =>
  isSpan(record)
    ? all
        .filter(isSpan)
        .find((each) => each.traceId === record.traceId && each.spanId === record.parentSpanId)
    : undefined;
const childrenOf = (record: TelemetryRecord, all: readonly TelemetryRecord[]): TelemetryRecord[] =>
  all.filter(
    (each) =>
      isSpan(each) && each.traceId === record.traceId && each.parentSpanId === record.spanId,
  );
/** A session's root is sent by every process that opens it: with one of two gone, all is well. */
const isTwin = (record: TelemetryRecord, all: readonly TelemetryRecord[]): boolean =>
  all.filter(
    (each) => isSpan(each) && each.traceId === record.traceId && each.spanId === record.spanId,
  ).length > 1;
const announced = (record: TelemetryRecord, all: readonly TelemetryRecord[]): boolean =>
  all.some(
    (each) =>
      isEvent("throughline.span.start")(each) &&
      each.traceId === record.traceId &&
      each.spanId === record.spanId,
  );
const changed = <Kind extends TelemetryRecord>(record: Kind, change: Partial<Kind>): Kind => ({
  ...record,
  ...change,
});
const aSecret = "sk-proj-abcdefghijklmnopqrstuvwx0123";
export const injuries: readonly Injury[] = [
  {
    name: "a span loses the id",
    rule: "C01",
    fits: (record) => ours(record),
    hurt: (record) => [without(record, "session.id")],
  },
  {
    name: "a log record loses the id",
    rule: "C01",
    fits: (record) => record.kind === "log",
    hurt: (record) => [without(record, "session.id")],
  },
  {
    name: "the id goes to the resource as well",
    rule: "C02",
    fits: () => true,
    hurt: (record) => [
      changed(record, {
        resource: {
          attributes: map({
            ...record.resource.attributes,
            "session.id": record.attributes["session.id"],
          }),
        },
      }),
    ],
  },
  {
    name: "a log record loses its span",
    rule: "C03",
    fits: isLine,
    hurt: (record) => [{ ...record, spanId: "" }],
  },
  {
    name: "a log record loses trace and span",
    rule: "C03",
    fits: isLine,
    hurt: (record) => [{ ...record, traceId: "", spanId: "" }],
  },
  {
    name: "a framework writes its own id over the session's",
    rule: "C04",
    fits: (record, all) => ours(record) && stepOf(record) !== "session" && !isTwin(record, all),
    hurt: (record) => [withAttributes(record, { "session.id": "framework-thread-1" })],
  },
  {
    name: "a log record takes the id of another session",
    rule: "C04",
    fits: isLine,
    hurt: (record) => [withAttributes(record, { "session.id": "somebody-else" })],
  },
  {
    name: "a span is lost, and what was below it stays",
    rule: "C05",
    fits: (record, all) =>
      isSpan(record) &&
      !announced(record, all) &&
      !isTwin(record, all) &&
      childrenOf(record, all).length > 0,
    hurt: () => [],
  },
  {
    name: "a parent that never was",
    rule: "C05",
    fits: (record) =>
      is("llm", "tool", "hook", "action", "turn")(record) &&
      isSpan(record) &&
      record.parentSpanId !== "",
    hurt: (record) => (isSpan(record) ? [changed(record, { parentSpanId: "dead".repeat(4) })] : []),
  },
  {
    name: "a log record points at a span that never was",
    rule: "C05",
    fits: isLine,
    hurt: (record) => [{ ...record, spanId: "dead".repeat(4) }],
  },
  {
    name: "a turn takes whatever span is active for its parent",
    rule: "C06",
    fits: is("turn"),
    hurt: (record) => {
      if (!isSpan(record)) return [];
      const active = span({
        traceId: record.traceId,
        parentSpanId: record.parentSpanId,
        startNs: record.startNs,
        resource: record.resource,
        spanId: "beef".repeat(4),
        name: "GET /",
        spanKind: "server",
        attributes: { "session.id": record.attributes["session.id"] },
      });
      return [active, changed(record, { parentSpanId: active.spanId })];
    },
  },
  {
    name: "a turn becomes a second root",
    rule: "C06",
    fits: (record) => is("turn")(record) && isSpan(record) && record.parentSpanId !== "",
    hurt: (record) => (isSpan(record) ? [changed(record, { parentSpanId: "" })] : []),
  },
  {
    name: "a further trace loses its link to the root",
    rule: "C07",
    fits: (record) => is("turn", "session")(record) && hasLink(record, "session"),
    hurt: (record) =>
      isSpan(record)
        ? [
            changed(record, {
              links: record.links.filter(
                (each) => each.attributes["throughline.link"] !== "session",
              ),
            }),
          ]
        : [],
  },
  {
    name: "a model call that does not say whose model",
    rule: "C08",
    fits: is("llm"),
    hurt: (record) => [without(record, "gen_ai.provider.name")],
  },
  {
    name: "a model call without usage",
    rule: "C08",
    fits: (record) => is("llm")(record) && outcomeOf(record) === "ok",
    hurt: (record) => [without(record, "gen_ai.usage.input_tokens", "gen_ai.usage.output_tokens")],
  },
  {
    name: "a tool call without its id",
    rule: "C09",
    fits: is("tool"),
    hurt: (record) => [without(record, "gen_ai.tool.call.id")],
  },
  {
    name: "a failure without its type",
    rule: "C10",
    fits: (record) => ours(record) && failed(record),
    hurt: (record) => [without(record, "error.type")],
  },
  {
    name: "a cancelled step that reports an error",
    rule: "C10",
    fits: (record) => ours(record) && outcomeOf(record) === "cancelled",
    hurt: (record) => [
      withAttributes(
        isSpan(record)
          ? changed(record, { status: { code: "error", message: "aborted" } })
          : record,
        { "error.type": "AbortError" },
      ),
    ],
  },
  {
    name: "a failure told as success",
    rule: "C10",
    fits: (record) => ours(record) && outcomeOf(record) === "error",
    hurt: (record) => [withAttributes(record, { "throughline.outcome": "ok" })],
  },
  {
    name: "a step without an outcome",
    rule: "C10",
    fits: (record) => ours(record) && outcomeOf(record) !== undefined,
    hurt: (record) => [without(record, "throughline.outcome")],
  },
  {
    name: "a step that started and never ended",
    rule: "C11",
    fits: (record, all) => isSpan(record) && announced(record, all) && stepOf(record) !== "session",
    hurt: () => [],
  },
  {
    name: "a session that never ended",
    rule: "C11",
    fits: isEvent("session.end"),
    hurt: () => [],
  },
  {
    name: "a model call outside any session",
    rule: "C12",
    fits: is("llm"),
    hurt: (record) => [
      record,
      changed(without(record, "session.id", "gen_ai.response.id"), {
        traceId: "77".repeat(16),
        parentSpanId: "",
      }),
    ],
  },
  {
    name: "detached work without a link to what started it",
    rule: "C12",
    fits: (record) => is("sidecar", "agent")(record) && hasLink(record, "invoker"),
    hurt: (record) => (isSpan(record) ? [changed(record, { links: [] })] : []),
  },
  {
    name: "detached work below the turn it outlives",
    rule: "C12",
    fits: (record, all) =>
      isSpan(record) &&
      hasLink(record, "invoker") &&
      record.links.some((each) => each.traceId === record.traceId) &&
      parentOf(record, all) !== undefined,
    hurt: (record) =>
      isSpan(record) ? [changed(record, { parentSpanId: record.links[0]?.spanId ?? "" })] : [],
  },
  {
    name: "a delegation that nobody answered",
    rule: "C13",
    fits: isEvent("throughline.delegation.end", "throughline.delegation.rejected"),
    hurt: () => [],
  },
  {
    name: "a prompt although content is off",
    rule: "C14",
    fits: (record) => is("llm")(record) && captureOf(record) === "off",
    hurt: (record) => [withAttributes(record, { "gen_ai.input.messages": '[{"role":"user"}]' })],
  },
  {
    name: "a secret in an attribute",
    rule: "C14",
    fits: () => true,
    hurt: (record) => [withAttributes(record, { "tool.input": `curl -H ${aSecret}` })],
  },
  {
    name: "a secret in a line",
    rule: "C14",
    fits: isLine,
    hurt: (record) => [
      { ...record, body: { message: ["using", { key: aSecret }] } } as TelemetryRecord,
    ],
  },
  {
    name: "a step started in another session's trace",
    rule: "C15",
    fits: (record, all) => is("hook", "llm")(record) && childrenOf(record, all).length === 0,
    hurt: (record) => {
      const other = sessionRoot("earlier-session");
      return isSpan(record)
        ? [
            ...aSession("earlier-session"),
            record,
            changed(without(record, "gen_ai.response.id") as SpanRecord, {
              ...other,
              spanId: "f00d".repeat(4),
              parentSpanId: "",
            }),
          ]
        : [];
    },
  },
  {
    name: "usage repeated on the turn",
    rule: "C16",
    fits: (record, all) =>
      is("turn")(record) &&
      childrenOf(record, all).some((child) => is("llm")(child) && outcomeOf(child) === "ok"),
    hurt: (record) => [withAttributes(record, { "gen_ai.usage.input_tokens": 812 })],
  },
  {
    name: "cost on a tool",
    rule: "C16",
    fits: is("tool"),
    hurt: (record) => [withAttributes(record, { "throughline.cost.amount": 0.1 })],
  },
  {
    name: "two instrumentations of one client",
    rule: "C16",
    fits: (record) => is("llm")(record) && outcomeOf(record) === "ok",
    hurt: (record) => [record, { ...record, spanId: "c0de".repeat(4) }],
  },
  {
    name: "an end before the start",
    rule: "C17",
    fits: isSpan,
    hurt: (record) => (isSpan(record) ? [changed(record, { endNs: record.startNs - 1n })] : []),
  },
  {
    name: "a clock that is an hour slow",
    rule: "C17",
    fits: (record) =>
      isSpan(record) && stepOf(record) !== "session" && record.parentIsRemote !== true,
    hurt: (record) =>
      isSpan(record) ? [changed(record, { startNs: record.startNs - 3_600n * second })] : [],
  },
  {
    name: "an attribute's old name",
    rule: "C18",
    fits: is("llm"),
    hurt: (record) => [
      withAttributes(record, {
        "gen_ai.provider.name": undefined,
        "gen_ai.system": record.attributes["gen_ai.provider.name"],
      }),
    ],
  },
  {
    name: "a trace larger than backends take",
    rule: "C19",
    fits: ours,
    hurt: (record) => [
      withAttributes(record, { "app.note": "a word and another. ".repeat(210_000) }),
    ],
  },
  {
    name: "a server that does not take the session up",
    rule: "C20",
    fits: (record, all) =>
      isSpan(record) && record.spanKind === "server" && parentOf(record, all) !== undefined,
    hurt: (record) => [without(record, "session.id")],
  },
];

function aSession(id: string): TelemetryRecord[] {
  const root = sessionRoot(id);
  const attributes = { "session.id": id };
  return [
    log({ ...root, attributes, eventName: "session.start", timeNs: epoch }),
    span({
      ...root,
      name: "session support",
      attributes: { ...attributes, "throughline.step": "session" },
      startNs: epoch,
    }),
    log({ ...root, attributes, eventName: "session.end", timeNs: epoch + second }),
  ];
}
