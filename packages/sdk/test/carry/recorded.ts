import { ProtobufLogsSerializer, ProtobufTraceSerializer } from "@opentelemetry/otlp-transformer";
import { decodeLogs, decodeTraces } from "@throughline/core/otlp";
import { recordsOf, type SpanRecord, type TelemetryRecord } from "@throughline/core/record";
import { createVerifier } from "@throughline/core/verify";

import type { Host } from "../support/host.ts";

/** What a host exported, as text that crosses to another thread or process. */
export interface Recorded {
  readonly spans: string;
  readonly logs: string;
}

export function recorded(host: Host): Recorded {
  const spans = ProtobufTraceSerializer.serializeRequest([...host.spans()]);
  const logs = ProtobufLogsSerializer.serializeRequest([...host.logs()]);
  return {
    spans: Buffer.from(spans ?? []).toString("base64"),
    logs: Buffer.from(logs ?? []).toString("base64"),
  };
}

/** The records of all parties together, each once however often its party told of it. */
export function together(parties: readonly Recorded[]): readonly TelemetryRecord[] {
  const records = new Map<string, TelemetryRecord>();
  for (const { spans, logs } of parties) {
    const requests = [
      decodeTraces(Buffer.from(spans, "base64")),
      decodeLogs(Buffer.from(logs, "base64")),
    ];
    for (const request of requests) {
      for (const record of recordsOf(request)) records.set(keyOf(record), record);
    }
  }
  return [...records.values()];
}

function keyOf(record: TelemetryRecord): string {
  const { kind, traceId, spanId } = record;
  return record.kind === "span"
    ? `${kind} ${traceId} ${spanId}`
    : `${kind} ${traceId} ${spanId} ${record.timeNs} ${record.eventName} ${JSON.stringify(record.body)}`;
}

export function spansOf(records: readonly TelemetryRecord[]): readonly SpanRecord[] {
  return records.filter((record) => record.kind === "span");
}

/** What the verifier has against all of them together. */
export function verdict(records: readonly TelemetryRecord[]): readonly string[] {
  const verifier = createVerifier();
  for (const record of records) verifier.add(record);
  return verifier
    .finish()
    .findings.filter(({ level }) => level !== "information")
    .map(({ rule, name, message, count }) => `${rule} ${name} (${count}): ${message}`);
}
