/**
 * Where sessions live. Two homes keep this: the embedded store (SQLite) and, for more than one machine, Loki + Tempo.
 * Asked by intent; nobody gets a handle on a database. One conformance suite runs against every home.
 */
import type { Session, SessionRecord } from "@throughline/core/session";
import type { VerifyReport } from "@throughline/core/verify";

export type Signal = "traces" | "logs" | "metrics";

/** One OTLP export request as it came in, decompressed, in protobuf. */
export interface Delivery {
  readonly signal: Signal;
  /** Given away: the store may transfer its memory to a worker. */
  readonly body: Uint8Array<ArrayBuffer>;
  /** The session whose own door (`/run/{id}`) it came in through. */
  readonly door?: string;
}

export interface Receipt {
  /** Records now durable. A repeated delivery reports what the first one did. */
  readonly accepted: number;
  readonly rejected: number;
  /** Why records were rejected, in one sentence for the sender; empty when none were. */
  readonly reason: string;
  readonly duplicate: boolean;
}

export interface SessionWriter {
  /**
   * Resolves once everything accepted is durable. Rejects with a StoreRefusal when nothing was kept: bad data, too busy,
   * disk full, closing.
   */
  append(delivery: Delivery): Promise<Receipt>;
}

/**
 * Times are epoch milliseconds. A session is in the window if it has a record from `since` on and one up to `until`. A page that is
 * gone on with a cursor stays true while sessions change: what keeps its place in the order comes exactly once, what grows
 * meanwhile moves to the front and does not come again.
 */
export interface SessionQuery {
  readonly since?: number;
  readonly until?: number;
  readonly service?: string;
  readonly errors?: boolean;
  /** Substring of id, alias, agent, channel, model or service. */
  readonly grep?: string;
  /** Largest first; by default `last`. */
  readonly sort?: "last" | "duration" | "cost" | "errors";
  /** 100 by default, at most 1,000. */
  readonly limit?: number;
  readonly cursor?: string;
}

export interface SessionPage {
  readonly sessions: readonly Session[];
  readonly next: string | null;
}

export interface RecordQuery {
  readonly since?: number;
  readonly until?: number;
  readonly service?: string;
  readonly kind?: "span" | "log";
  /** trace, debug, info, warn, error or fatal: log records at or above it, and spans in error. */
  readonly level?: string;
  readonly errors?: boolean;
  /** Substring anywhere in name, body, attribute values, events or the status message. Case matters. */
  readonly grep?: string;
  /** Attribute equality, e.g. { "gen_ai.tool.name": "refund" }. */
  readonly attributes?: Readonly<Record<string, string>>;
  /** Only this turn (index from 0, or turn id). */
  readonly turn?: string;
  /** 500 by default, at most 5,000; of a search 100 and 1,000. */
  readonly limit?: number;
  readonly cursor?: string;
}

export interface RecordPage {
  /**
   * In the order of start time, then record id; parents are not guaranteed to come before children with skewed clocks. Of a
   * search: newest first.
   */
  readonly records: readonly SessionRecord[];
  readonly next: string | null;
  /** Said when a time budget or limit cut the answer short. */
  readonly partial?: string;
  /**
   * A live cursor from before this page was read: what `live` tells from there on, together with the page, is everything.
   * See LiveQuery.
   */
  readonly live?: string;
}

export interface SessionVerdict extends VerifyReport {
  /** Said when a time budget cut the verification short. */
  readonly partial?: string;
}

export interface ReadOptions {
  /** Nobody waits for the answer any more: the work on it stops. */
  readonly signal?: AbortSignal;
}

export type Resolution =
  | { readonly found: string }
  | { readonly candidates: readonly string[] }
  | { readonly found: null };

export type LiveEvent =
  | { readonly type: "record"; readonly cursor: string; readonly record: SessionRecord }
  | { readonly type: "session"; readonly cursor: string; readonly session: Session }
  /** The reader was too slow or the cursor too old: records between the two cursors must be fetched again. */
  | { readonly type: "gap"; readonly cursor: string; readonly reason: string };

/**
 * How to follow without gaps and repeats:
 *
 * 1. Read `records(id)` page by page to the end; keep the `live` cursor of the *first* page.
 * 2. Follow `live({ session: id, cursor })` from there. A record that both told has the same `record_id`; that is the only
 *    repeat there can be, and only of records that came in while the pages were read.
 * 3. After a broken connection go on with the cursor of the last event. Nothing is told twice, nothing left out.
 * 4. After a `gap` begin at 1 again. What was shown already keeps its `record_id`.
 *
 * A record whose id ends in `.open` stands for a span that has not ended; the span that replaces it has the same trace id and
 * span id.
 */
export interface LiveQuery extends Omit<RecordQuery, "limit" | "cursor" | "until"> {
  /**
   * Only this session, by id or alias; it may be yet to begin. Records that turn out to be its own are told then. Without it:
   * `session` events for all, and no records unless asked for; those are told as they came, once.
   */
  readonly session?: string;
  readonly records?: boolean;
  /** Continue after this event; without it, from now. */
  readonly cursor?: string;
}

/** An export request in protobuf: records as they were sent, under their resources and scopes. */
export interface OtlpPiece {
  readonly signal: "traces" | "logs";
  readonly body: Uint8Array;
}

export interface SessionReader {
  sessions(query: SessionQuery, options?: ReadOptions): Promise<SessionPage>;
  /** An id, an alias, a unique prefix, or `latest`. */
  resolve(reference: string, options?: ReadOptions): Promise<Resolution>;
  /** By id or alias. */
  session(id: string, options?: ReadOptions): Promise<Session | undefined>;
  /** By id or alias; no records where there is no such session. */
  records(id: string, query: RecordQuery, options?: ReadOptions): Promise<RecordPage>;
  /** Records of all sessions, and of none, inside a time window; newest first. */
  search(
    query: RecordQuery & { readonly since: number },
    options?: ReadOptions,
  ): Promise<RecordPage>;
  /** What verifying one session, by id or alias, finds in the records that belong to it now. */
  findings(id: string, options?: ReadOptions): Promise<SessionVerdict | undefined>;
  /** Every record of one trace. */
  trace(traceId: string, options?: ReadOptions): Promise<RecordPage>;
  /**
   * What is kept of a session's spans and log records, in order of start, piece by piece; of one record alone by its id. Nothing
   * where there is no such session or record.
   */
  otlp(
    id: string,
    query?: { readonly record?: string },
    options?: ReadOptions,
  ): AsyncIterable<OtlpPiece>;
  live(query: LiveQuery, signal: AbortSignal): AsyncIterable<LiveEvent>;
}
