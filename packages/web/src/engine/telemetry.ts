import {
  type LogReading,
  readContent,
  readLog,
  readStep,
  type Content,
  type StepReading,
} from "@throughline/core/dialects";
import type { TelemetryRecord } from "@throughline/core/record";
import { leastSeverity, type SessionRecord } from "@throughline/core/session";

/** A record of the API as the dialects read it. What the API does not tell (scope version, kind of span) is left open. */
export function telemetryOf(record: SessionRecord): TelemetryRecord {
  const common = {
    traceId: record.trace_id,
    spanId: record.span_id,
    attributes: record.attributes,
    resource: { attributes: { "service.name": record.service } },
    scope: { name: record.scope, version: "", attributes: {} },
  };
  if (record.kind === "log") {
    return {
      ...common,
      kind: "log",
      timeNs: BigInt(record.start_ns),
      severityNumber: leastSeverity(record.severity ?? "") ?? 0,
      severityText: record.severity ?? "",
      eventName: record.name,
      body: record.body,
    };
  }
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
    links: [],
  };
}

export type AnyReading = Partial<StepReading> & Partial<LogReading>;

const readings = new WeakMap<SessionRecord, AnyReading>();
const nothing: AnyReading = Object.freeze({});

/** What the record says of model, tool, agent, usage and cost, in one vocabulary. */
export function readingOf(record: SessionRecord): AnyReading {
  const known = readings.get(record);
  if (known !== undefined) return known;
  const reading = record.step === null ? nothing : read(record);
  readings.set(record, reading);
  return reading;
}

function read(record: SessionRecord): AnyReading {
  const telemetry = telemetryOf(record);
  return (telemetry.kind === "span" ? readStep(telemetry) : readLog(telemetry)) ?? nothing;
}

export function contentOf(record: SessionRecord): Content {
  return readContent(telemetryOf(record)) ?? {};
}
