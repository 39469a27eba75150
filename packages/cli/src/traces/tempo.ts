import { attr, profile, readNames } from "@throughline/core";
import { promotedGroups } from "@throughline/core/dialects";
import { decodeTraces } from "@throughline/core/otlp";
import { plainResource, plainScope, spanRecord, type SpanRecord } from "@throughline/core/record";

import { UsageError } from "../exit-codes.ts";
import { askEngine, askEngineJson } from "../home/engines.ts";
import type { Connection } from "../home/remote/connection.ts";

export interface FoundTrace {
  readonly traceId: string;
  readonly rootService: string;
  readonly rootName: string;
  readonly startMs: number;
  readonly durationMs: number;
}

export interface TraceQuery {
  readonly traceql: string;
  /** Epoch milliseconds; Tempo knows whole seconds. */
  readonly since: number;
  readonly until: number;
  readonly limit: number;
}

/** Newest first. */
export async function searchTraces(
  tempo: Connection,
  { limit, since, traceql, until }: TraceQuery,
): Promise<FoundTrace[]> {
  const answer = await askEngineJson(tempo, "/api/search", {
    query: {
      q: traceql,
      start: String(Math.floor(since / 1_000)),
      end: String(Math.ceil(until / 1_000) + 1),
      limit: String(limit),
    },
  });
  const traces = bag(answer).get("traces");
  return Array.isArray(traces)
    ? traces.flatMap(foundTrace).toSorted((a, b) => b.startMs - a.startMs)
    : [];
}

function foundTrace(value: unknown): FoundTrace[] {
  const said = bag(value);
  const text = (name: string): string => {
    const value = said.get(name);
    return typeof value === "string" ? value : "";
  };
  const traceId = text("traceID");
  if (!/^[0-9a-f]{1,32}$/i.test(traceId)) return [];
  return [
    {
      // Tempo leaves leading zeros away.
      traceId: traceId.toLowerCase().padStart(32, "0"),
      rootService: text("rootServiceName"),
      rootName: text("rootTraceName"),
      startMs: Number(text("startTimeUnixNano")) / 1e6,
      durationMs: Number(said.get("durationMs") ?? 0),
    },
  ];
}

/** Every span of one trace, as Tempo has it. */
export async function spansOfTrace(tempo: Connection, traceId: string): Promise<SpanRecord[]> {
  const response = await askEngine(tempo, `/api/traces/${traceId}`, {
    accept: "application/protobuf",
  });
  const { resourceSpans } = decodeTraces(new Uint8Array(await response.arrayBuffer()));
  return resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const of = plainResource(resource);
    return scopeSpans.flatMap(({ scope, spans }) => {
      const by = plainScope(scope);
      return spans.map((span) => spanRecord(span, of, by));
    });
  });
}

const mostTraces = 200;

/** Ids of the traces in which some span names the session. */
export async function tracesOfSession(
  tempo: Connection,
  ids: readonly string[],
  profileName: string,
  since: number,
): Promise<string[]> {
  const traceql = traceqlOfSession(ids, profileName);
  const until = Date.now();
  const found = await searchTraces(tempo, { traceql, since, until, limit: mostTraces });
  return found.map(({ traceId }) => traceId);
}

/** The spans that name a session, under whatever key their emitter uses. */
export function traceqlOfSession(ids: readonly string[], profileName: string): string {
  const named = profile(profileName);
  if (named === undefined) throw new UsageError(`--profile "${profileName}" is not known.`);
  const keys = new Set([
    ...readNames(named, "span", attr.sessionId),
    ...(promotedGroups["session"] ?? []),
    attr.door,
  ]);
  const conditions = ids.flatMap((id) =>
    [...[...keys].map((key) => `span.${key}`), `resource.${attr.sessionId}`].map(
      (field) => `${field} = ${JSON.stringify(id.toWellFormed())}`,
    ),
  );
  return `{ ${conditions.join(" || ")} }`;
}

function bag(value: unknown): ReadonlyMap<string, unknown> {
  return new Map(typeof value === "object" && value !== null ? Object.entries(value) : []);
}
