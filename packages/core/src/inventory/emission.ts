import { readLog, readStep, sessionKeyOf } from "../dialects/index.ts";
import type { TelemetryRecord } from "../record/record.ts";
import type { SessionRecord } from "../session/session.ts";
import type { Emission } from "./site.ts";

/** What an inventory looks at of a record as it was emitted. */
export function emissionOf(record: TelemetryRecord): Emission {
  const service = record.resource.attributes["service.name"];
  const shared = {
    service: typeof service === "string" ? service : "unknown_service",
    scope: record.scope.name,
    hasSession: sessionKeyOf(record) !== undefined,
    attributes: record.attributes,
  };
  return record.kind === "span"
    ? { ...shared, kind: "span", name: record.name, step: readStep(record)?.step ?? null }
    : { ...shared, kind: "log", name: record.eventName, step: readLog(record)?.stands ?? null };
}

/** The same of a record as a home tells it. */
export function emissionOfJson(record: SessionRecord): Emission {
  const { attributes, kind, membership, name, scope, service, step } = record;
  const hasSession = membership === "carried";
  return { kind, service: service || "unknown_service", scope, name, step, hasSession, attributes };
}
