import { ProtobufLogsSerializer, ProtobufTraceSerializer } from "@opentelemetry/otlp-transformer";
import { decodeLogs, decodeTraces } from "@throughline/core/otlp";
import { recordsOf, type TelemetryRecord } from "@throughline/core/record";
import { createVerifier, type Finding } from "@throughline/core/verify";

import type { Host } from "./host.ts";

/** What a host recorded, over the wire and back: as its collector would have it. */
export function recordsOfHost(host: Host): readonly TelemetryRecord[] {
  const spans = ProtobufTraceSerializer.serializeRequest([...host.spans()]);
  const logs = ProtobufLogsSerializer.serializeRequest([...host.logs()]);
  if (spans === undefined || logs === undefined) throw new Error("nothing to serialize");
  return [...recordsOf(decodeTraces(spans)), ...recordsOf(decodeLogs(logs))];
}

/** What the verifier has against it. That a session was not ended yet is no fault. */
export function findings(host: Host): readonly string[] {
  const verifier = createVerifier();
  for (const record of recordsOfHost(host)) verifier.add(record);
  return verifier
    .finish()
    .findings.filter(({ level }) => level !== "information")
    .map(sayFinding);
}

function sayFinding({ rule, level, name, message, count }: Finding): string {
  return `${rule} ${level} ${name} (${count}): ${message}`;
}
