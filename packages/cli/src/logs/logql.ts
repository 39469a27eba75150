import { attr, logFields, profile, readNames, structuredMetadataName } from "@throughline/core";
import { promotedGroups } from "@throughline/core/dialects";
import { leastSeverity, levelNames } from "@throughline/core/session";

import { UsageError } from "../exit-codes.ts";

/** What of a session is known beyond its id: the more, the more of its lines are found. */
export interface SessionKnown {
  /** The id and its aliases. */
  readonly ids: readonly string[];
  /** Traces that carry it: lines in them belong to it though they say nothing. */
  readonly traces: readonly string[];
}

export interface LogFilters {
  readonly service?: string;
  readonly errors?: boolean;
  readonly level?: string;
  readonly grep?: string;
  readonly turn?: string;
}

/**
 * The lines of one session: those that name it in their structured metadata, under whatever key their emitter uses, those that
 * are JSON and name it in the line, and those of its traces.
 */
export function logqlOfSession(
  selector: string,
  { ids, traces }: SessionKnown,
  profileName: string,
  filters: LogFilters,
): string {
  const named = profile(profileName);
  if (named === undefined) throw new UsageError(`--profile "${profileName}" is not known.`);
  const labels = [
    ...readNames(named, "log", attr.sessionId),
    ...(promotedGroups["session"] ?? []),
    attr.door,
  ].map(structuredMetadataName);
  const fields = [...readNames(named, "field", logFields.sessionId), attr.sessionId];
  const extracted = [...new Set(fields)].map((field, index) => ({
    label: `in_line_${index}`,
    path: `[${quoted(field)}]`,
  }));
  const conditions = ids.flatMap((id) =>
    [...new Set([...labels, ...extracted.map(({ label }) => label)])].map(
      (label) => `${label}=${quoted(id)}`,
    ),
  );
  // Hexadecimal: nothing in them means anything in a regular expression.
  if (traces.length > 0) conditions.push(`trace_id=~"${traces.join("|")}"`);
  const json = extracted.map(({ label, path }) => `${label}=${quoted(path)}`).join(", ");
  // Filters go first: after `json`, Loki lets every line that is no JSON pass comparisons of numbers.
  return `${filtered(selector, filters)} | json ${json} | ${conditions.join(" or ")}`;
}

/** Filters of the command line as stages behind any query of lines. */
export function filtered(logql: string, filters: LogFilters): string {
  const { errors, grep, level = errors === true ? "error" : undefined, service, turn } = filters;
  const stages: string[] = [];
  if (grep !== undefined) stages.push(`|= ${quoted(grep)}`);
  if (service !== undefined) stages.push(`| service_name=${quoted(service)}`);
  if (level !== undefined) stages.push(`| ${levelCondition(level)}`);
  if (turn !== undefined)
    stages.push(`| throughline_turn_index=${quoted(turn)} or throughline_turn_id=${quoted(turn)}`);
  return [logql, ...stages].join(" ");
}

/** By OTLP's number, or by what Loki detected in lines that came without one. */
function levelCondition(level: string): string {
  const words = [...levelNames.slice(levelNames.findIndex((name) => name === level)), "critical"];
  return `severity_number>=${leastSeverity(level) ?? 0} or detected_level=~"${words.join("|")}"`;
}

/** A LogQL string. JSON's escapes are among those of its double quotes. */
export function quoted(text: string): string {
  return JSON.stringify(text.toWellFormed());
}
