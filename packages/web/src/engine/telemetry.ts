import {
  type LogReading,
  readContent,
  readLog,
  readStep,
  type Content,
  type StepReading,
} from "@throughline/core/dialects";
import { type SessionRecord, telemetryOf } from "@throughline/core/session";

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
