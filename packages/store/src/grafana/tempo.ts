import { decodeTraces } from "@throughline/core/otlp";
import { recordsOf, type SpanRecord } from "@throughline/core/record";
import type { FieldExpression, Field, TraceqlQuery } from "@throughline/query/traceql";
import { printTraceql } from "@throughline/query/traceql";
import type { Engine } from "./engine.ts";
import { isObject, listIn, textIn } from "./json.ts";
import { traceAnswer } from "./trace-answer.ts";
import type { Window } from "./window.ts";

/** A trace with spans that a search found. */
export interface FoundTrace {
  readonly traceId: string;
  readonly startNs: bigint;
  readonly spans: readonly FoundSpan[];
  /** How many spans matched; `spans` may be fewer. */
  readonly matched: number;
}

export interface FoundSpan {
  readonly startNs: bigint;
  readonly attributes: ReadonlyMap<string, string>;
}

export interface FoundTraces {
  /** Each once. */
  readonly traces: readonly FoundTrace[];
  /** Whether there are older ones that were not told. */
  readonly more: boolean;
  /** What was said about traces that were not looked at. */
  readonly partial: readonly string[];
}

/** What may hold of a span, and what to tell of it then. */
export interface Alternative {
  readonly condition: FieldExpression;
  readonly select?: Field;
}

export interface TempoTrace {
  readonly spans: readonly SpanRecord[];
  /** Said by Tempo when it holds no more of the trace than its limit lets it give. */
  readonly partial: string | undefined;
}

/** Tempo clamps what it is asked for; more traces than this are a scan, not a search. */
export const MOST_TRACES = 1_000;
/** Spans of a trace that a search gives; Tempo's own bound. */
export const MOST_SPANS = 100;
/**
 * Tempo's parser stumbles over an attribute that stands across its 1,024th byte ("unexpected $end"), so what is longer goes
 * in several queries.
 */
const MOST_QUERY_BYTES = 1_000;
const NEWEST_FIRST = {
  name: "most_recent",
  value: { kind: "literal", type: "bool", value: true },
} as const;

/** Tempo's read API as far as sessions need it. */
export class Tempo {
  readonly #engine: Engine;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /**
   * Traces with spans of which one of these holds (all traces where none is given); at most MOST_TRACES a query, the newest by
   * the start of the trace.
   */
  async search(
    alternatives: readonly Alternative[],
    { since, until }: Window,
    { signal, spans = 1 }: SearchOptions = {},
  ): Promise<FoundTraces> {
    const answers = await Promise.all(
      queriesFor(alternatives).map((q) =>
        this.#engine.json({
          path: "/api/search",
          query: {
            q,
            limit: MOST_TRACES,
            spss: spans,
            start: Math.floor(since / 1000),
            end: Math.ceil(until / 1000),
          },
          signal,
        }),
      ),
    );
    const found = answers.map(({ value }) => listIn(value, "traces").flatMap(foundTrace));
    return {
      traces: merged(found.flat()),
      more: found.some(({ length }) => length >= MOST_TRACES),
      partial: answers.flatMap(({ partial }) => partial ?? []),
    };
  }

  /** Whole, whichever its age: what a search does not show yet is here. */
  async trace(id: string, signal?: AbortSignal): Promise<TempoTrace> {
    const path = `/api/v2/traces/${id}`;
    const headers = { accept: "application/protobuf" };
    const { body, status } = await this.#engine.ask({ path, headers, signal }, [404]);
    if (status === 404) return { spans: [], partial: undefined };
    const { message, partial, trace } = traceAnswer(body);
    const spans: SpanRecord[] = [];
    for (const record of recordsOf(decodeTraces(trace)))
      if (record.kind === "span") spans.push(record);
    return {
      spans,
      partial: partial ? `Tempo gave a part of trace ${id} only: ${message}` : undefined,
    };
  }
}

export interface SearchOptions {
  /** How many of a trace's spans to tell of, at most MOST_SPANS. */
  readonly spans?: number;
  readonly signal?: AbortSignal | undefined;
}

function queriesFor(alternatives: readonly Alternative[]): readonly string[] {
  if (alternatives.length === 0) return [queryOf([])];
  const queries: string[] = [];
  let some: Alternative[] = [];
  for (const alternative of alternatives) {
    const text = queryOf([...some, alternative]);
    if (some.length > 0 && Buffer.byteLength(text) > MOST_QUERY_BYTES) {
      queries.push(queryOf(some));
      some = [];
    }
    some.push(alternative);
  }
  return [...queries, queryOf(some)];
}

function queryOf(alternatives: readonly Alternative[]): string {
  const [only, ...others] = alternatives.map(({ condition }) => condition);
  const condition =
    only === undefined || others.length === 0
      ? (only ?? null)
      : ({ kind: "or", operands: [only, ...others] } as const);
  const fields = alternatives.flatMap(({ select }) => select ?? []);
  const query: TraceqlQuery = {
    kind: "traceql",
    body: {
      kind: "search",
      stages: [
        { kind: "filter", condition },
        ...(fields.length === 0 ? [] : [{ kind: "select", fields } as const]),
      ],
    },
    hints: [NEWEST_FIRST],
  };
  return printTraceql(query);
}

/** A trace may have been found by several queries. */
function merged(found: readonly FoundTrace[]): readonly FoundTrace[] {
  const traces = new Map<string, FoundTrace>();
  for (const trace of found) {
    const known = traces.get(trace.traceId);
    traces.set(
      trace.traceId,
      known === undefined
        ? trace
        : {
            ...known,
            spans: [...known.spans, ...trace.spans],
            matched: known.matched + trace.matched,
          },
    );
  }
  return [...traces.values()];
}

function foundTrace(value: unknown): FoundTrace[] {
  const id = textIn(value, "traceID");
  if (!/^[0-9a-f]{1,32}$/i.test(id)) return [];
  const sets = listIn(value, "spanSets");
  return [
    {
      // Leading zeros are cut off in searches.
      traceId: id.toLowerCase().padStart(32, "0"),
      startNs: nanos(textIn(value, "startTimeUnixNano")),
      spans: sets.flatMap((set) => listIn(set, "spans").map(foundSpan)),
      matched: sets.reduce<number>((sum, set) => sum + matchedIn(set), 0),
    },
  ];
}

function matchedIn(set: unknown): number {
  return isObject(set) && typeof set["matched"] === "number" ? set["matched"] : 0;
}

function foundSpan(value: unknown): FoundSpan {
  const attributes = new Map<string, string>();
  for (const pair of listIn(value, "attributes"))
    if (isObject(pair)) attributes.set(textIn(pair, "key"), textIn(pair["value"], "stringValue"));
  return { startNs: nanos(textIn(value, "startTimeUnixNano")), attributes };
}

function nanos(text: string): bigint {
  return /^\d{1,20}$/.test(text) ? BigInt(text) : 0n;
}
