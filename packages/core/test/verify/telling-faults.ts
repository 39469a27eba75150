import { sessionRoot } from "@throughline/core";
import type { SpanRecord, TelemetryRecord } from "@throughline/core/record";

import {
  type Injury,
  without,
  withAttributes,
  isSpan,
  stepOf,
  is,
  isEvent,
  isLine,
  ours,
  failed,
  outcomeOf,
  captureOf,
  hasLink,
  parentOf,
  childrenOf,
  announced,
  changed,
} from "./injury.ts";
import { epoch, log, second, span } from "./telemetry.ts";

const aSecret = "sk-proj-abcdefghijklmnopqrstuvwx0123";

/** What goes wrong with what a record tells: C08 to C20. */
export const tellingFaults: readonly Injury[] = [
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
