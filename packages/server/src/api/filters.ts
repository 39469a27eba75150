import {
  FilterFault,
  flag,
  liveFilters,
  readFilters,
  readRecordFilters,
  recordFilters,
  sessionFilters,
  text,
} from "@throughline/core/filters";
import type { LiveQuery, RecordQuery, SessionQuery } from "@throughline/store";

import { Refusal } from "../refusal/refusal.ts";

/** What the grammar of filters does not know: where to go on. */
const paging = { cursor: text };
const following = { cursor: text, records: flag, session: text };

export function sessionQuery(query: string): SessionQuery {
  const read = reading(query, (given, now) =>
    readFilters({ ...sessionFilters, ...paging }, given, now),
  );
  return { limit: 100, ...read };
}

export function recordQuery(query: string): RecordQuery {
  const read = reading(query, (given, now) =>
    readRecordFilters({ ...recordFilters, ...paging }, given, now),
  );
  return { limit: 1_000, ...read };
}

/** Over all sessions a window is needed; the last hour is what people ask for. */
export function searchQuery(query: string): RecordQuery & { readonly since: number } {
  return { since: Date.now() - 3_600_000, ...recordQuery(query) };
}

/** `lastEventId` is what a browser sends when it connects again by itself: it knows better than the address it was given. */
export function liveQuery(query: string, lastEventId: string | undefined): LiveQuery {
  const read = reading(query, (given, now) =>
    readRecordFilters({ ...liveFilters, ...following }, given, now),
  );
  return { ...read, ...(lastEventId !== undefined && { cursor: lastEventId }) };
}

/** One record alone, or all. */
export function otlpQuery(query: string): { readonly record?: string } {
  return reading(query, (given, now) => readFilters({ record: text }, given, now));
}

export function noParameters(query: string): void {
  reading(query, (given, now) => readFilters({}, given, now));
}

function reading<T>(query: string, read: (given: URLSearchParams, now: number) => T): T {
  try {
    return read(new URLSearchParams(query), Date.now());
  } catch (error) {
    if (!(error instanceof FilterFault)) throw error;
    throw new Refusal("bad_parameter", `"${error.filter}" ${error.message}.`);
  }
}
