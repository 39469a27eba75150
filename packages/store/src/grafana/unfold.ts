import { attr, type Profile, readLogFields } from "@throughline/core";
import { dialects, type Fields } from "@throughline/core/dialects";
import type { LogRecord, PlainValue, Resource, Scope } from "@throughline/core/record";
import type { LokiLine } from "./loki.ts";
import { attributeName, resourceName } from "./names.ts";

/** What Loki makes of the record's own fields, and what it adds. */
const FIELDS: ReadonlySet<string> = new Set([
  "trace_id",
  "span_id",
  "severity_number",
  "severity_text",
  "event_name",
  "scope_name",
  "scope_version",
  "observed_timestamp",
  "flags",
  "dropped_attributes_count",
  "scope_dropped_attributes_count",
  "detected_level",
  "service_name",
]);

/** Attributes that are numbers wherever they are what their name says. */
const NUMBERS: ReadonlySet<string> = new Set([
  attr.turnIndex,
  attr.llmAttempt,
  attr.costAmount,
  attr.toolArgumentsSize,
  attr.genAiUsageInputTokens,
  attr.genAiUsageOutputTokens,
  attr.genAiUsageCacheReadInputTokens,
  attr.genAiUsageCacheWriteInputTokens,
  attr.genAiUsageReasoningOutputTokens,
  ...keysOf("input", "output", "cacheRead", "cacheWrite", "reasoning", "cost", "durationMs"),
]);

/**
 * A line of Loki as the log record it was. What Loki does not keep is lost: dots of names that nobody knows, types, which of the
 * unknown attributes were the resource's, and maps and lists as anything but their text.
 */
export function unfold({ line, metadata, stream, timeNs }: LokiLine, profile: Profile): LogRecord {
  const own: Record<string, PlainValue> = Object.create(null);
  const resource: Record<string, PlainValue> = Object.create(null);
  const service = stream["service_name"];
  if (service !== undefined && service !== "unknown_service") resource["service.name"] = service;
  for (const [label, value] of [...Object.entries(stream), ...Object.entries(metadata)]) {
    if (FIELDS.has(label)) continue;
    const ofResource = resourceName(label);
    if (ofResource !== undefined) resource[ofResource] = value;
    else own[attributeName(label)] = typed(attributeName(label), value);
  }
  const said = inLine(line, profile);
  if (said.sessionId !== undefined) own[attr.sessionId] ??= said.sessionId;
  const severity = metadata["severity_number"] ?? "";
  return {
    kind: "log",
    traceId: idOf(metadata["trace_id"] ?? said.traceId, 32),
    spanId: idOf(metadata["span_id"] ?? said.spanId, 16),
    timeNs,
    severityNumber: /^\d{1,3}$/.test(severity) ? Number(severity) : 0,
    severityText: metadata["severity_text"] ?? "",
    eventName: metadata["event_name"] ?? eventIn(own),
    body: line === "" ? null : line,
    attributes: own,
    resource: { attributes: resource } satisfies Resource,
    scope: scopeOf(metadata),
  };
}

function typed(name: string, value: string): PlainValue {
  if (!NUMBERS.has(name) || !/^-?\d{1,15}(?:\.\d{1,15})?$/.test(value)) return value;
  return Number(value);
}

function scopeOf(metadata: LokiLine["metadata"]): Scope {
  return {
    name: metadata["scope_name"] ?? "",
    version: metadata["scope_version"] ?? "",
    attributes: Object.create(null),
  };
}

function inLine(line: string, profile: Profile): ReturnType<typeof readLogFields> {
  if (!line.startsWith("{")) return {};
  try {
    return readLogFields(JSON.parse(line), profile);
  } catch {
    return {};
  }
}

function idOf(id: string | undefined, length: number): string {
  return id !== undefined && id.length === length && /^(?!0+$)[0-9a-f]+$/i.test(id)
    ? id.toLowerCase()
    : "";
}

/** Before OTLP had a field for it, and in agents that still do so, the name of an event stood in an attribute. */
function eventIn(attributes: Readonly<Record<string, PlainValue>>): string {
  const name = attributes["event.name"];
  return typeof name === "string" ? name : "";
}

function keysOf(...fields: readonly (keyof Fields)[]): readonly string[] {
  return dialects.flatMap((dialect) => fields.flatMap((field) => dialect.fields?.[field] ?? []));
}
