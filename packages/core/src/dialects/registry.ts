import type { TelemetryRecord } from "../record/record.ts";
import type { Dialect } from "./dialect.ts";
import { throughline } from "./emitters/throughline.ts";
import { genAi } from "./gen-ai.ts";

/**
 * Every dialect, in the order in which they are believed. A record may speak several at once (a LangChain span in OpenInference
 * words on its way to Langfuse): each field comes from the first that has it.
 */
export const dialects: readonly Dialect[] = [throughline];

/** The dialects a record speaks; the general layer is always last. */
export function dialectsOf(record: TelemetryRecord): readonly Dialect[] {
  const name = record.kind === "span" ? record.name : eventNameOf(record);
  const service = record.resource.attributes["service.name"];
  const spoken = dialects.filter(({ recognise: { marks, names, scopes, services } }) => {
    if (scopes?.some((pattern) => matches(pattern, record.scope.name))) return true;
    if (names?.some((pattern) => matches(pattern, name))) return true;
    if (typeof service === "string" && services?.some((pattern) => matches(pattern, service)))
      return true;
    return marks?.some((key) => record.attributes[key] !== undefined) === true;
  });
  spoken.push(genAi);
  return spoken;
}

export function matches(pattern: string, name: string): boolean {
  return pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}

/** Claude Code and Gemini CLI put the event's full name into the body only. */
export function eventNameOf(record: TelemetryRecord & { readonly kind: "log" }): string {
  if (record.eventName !== "") return record.eventName;
  return typeof record.body === "string" && record.body.length <= 128 ? record.body : "";
}
