import type { TelemetryRecord } from "../record/record.ts";
import { leastSeverity } from "./level.ts";
import type { SessionRecord } from "./session.ts";

/**
 * A record from outside as the dialects read it: for whoever has the JSON only and wants to know what a step used, cost or is
 * called. What the JSON does not tell (the scope's version, the kind of span) is left open.
 */
export function telemetryOf(record: SessionRecord): TelemetryRecord {
  const common = {
    traceId: record.trace_id,
    spanId: record.span_id,
    attributes: record.attributes,
    resource: { attributes: { "service.name": record.service } },
    scope: { name: record.scope, version: "", attributes: {} },
  };
  if (record.kind === "log")
    return {
      ...common,
      kind: "log",
      timeNs: BigInt(record.start_ns),
      severityNumber: leastSeverity(record.severity ?? "") ?? 0,
      severityText: record.severity ?? "",
      eventName: record.name,
      body: record.body,
    };
  return {
    ...common,
    kind: "span",
    parentSpanId: record.parent_span_id,
    parentIsRemote: undefined,
    name: record.name,
    spanKind: "unspecified",
    startNs: BigInt(record.start_ns),
    endNs: record.end_ns === null ? 0n : BigInt(record.end_ns),
    status: { code: record.status ?? "unset", message: "" },
    events: record.events.map(({ attributes, name, time_ns }) => ({
      name,
      timeNs: BigInt(time_ns),
      attributes,
    })),
    links: record.links.map(({ attributes, span_id, trace_id }) => ({
      traceId: trace_id,
      spanId: span_id,
      attributes,
    })),
  };
}
