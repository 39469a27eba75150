import { attr, logFields } from "./names.ts";
import { defaultProfile, readNames, wireName, type Profile } from "./profile.ts";

/** What joins a log line to its session and its span. */
export interface LogJoin {
  readonly sessionId?: string | undefined;
  readonly traceId?: string | undefined;
  readonly spanId?: string | undefined;
}

/** The fields to merge into a JSON log line; absent ids leave no field. */
export function sessionLogFields(
  join: LogJoin,
  profile: Profile = defaultProfile,
): { [field: string]: string } {
  const fields: { [field: string]: string } = {};
  for (const [part, field] of parts) {
    const value = join[part];
    if (value !== undefined && value !== "") fields[wireName(profile, "field", field)] = value;
  }
  return fields;
}

const parts = [
  ["sessionId", logFields.sessionId],
  ["traceId", logFields.traceId],
  ["spanId", logFields.spanId],
] as const;

/** Reads the fields of a parsed line, under the profile's names, the contract's, or the attribute's. */
export function readLogFields(line: unknown, profile: Profile = defaultProfile): LogJoin {
  if (typeof line !== "object" || line === null || Array.isArray(line)) return {};
  const fields = new Map<string, unknown>(Object.entries(line));
  const read = (names: readonly string[]): string | undefined => {
    for (const name of names) {
      const value = fields.get(name);
      if (typeof value === "string" && value !== "") return value;
    }
    return undefined;
  };
  return {
    sessionId: read([...readNames(profile, "field", logFields.sessionId), attr.sessionId]),
    traceId: read(readNames(profile, "field", logFields.traceId)),
    spanId: read(readNames(profile, "field", logFields.spanId)),
  };
}

/** What Loki makes of an attribute's name when it keeps it as structured metadata: `session.id` is `session_id` there. */
export function structuredMetadataName(attribute: string): string {
  const name = attribute.replace(/[^A-Za-z0-9_]/g, "_");
  return /^\d/.test(name) ? `_${name}` : name;
}
