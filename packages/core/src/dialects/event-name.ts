import type { LogRecord } from "../record/record.ts";

/**
 * The event's name. The older attribute goes first: Rust's tracing bridge (Codex) fills OTLP's field with a source location.
 * Some emitters put the name into the body alone.
 */
export function eventNameOf(log: LogRecord): string {
  const attribute = log.attributes["event.name"];
  if (typeof attribute === "string" && attribute !== "") return attribute;
  if (log.eventName !== "") return log.eventName;
  return typeof log.body === "string" && log.body.length <= 128 ? log.body : "";
}
