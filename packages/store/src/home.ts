/**
 * Where sessions live. Two homes keep this: the embedded store (SQLite) and, for more than one machine, Loki + Tempo.
 * Asked by intent; nobody gets a handle on a database. One conformance suite runs against every home.
 */
import type { Session, SessionRecord } from "@throughline/core/session";

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

/** Times are epoch milliseconds. */
export interface SessionQuery {
  readonly since?: number;
  readonly until?: number;
  readonly service?: string;
  readonly errors?: boolean;
  /** Substring of id, alias, agent, channel, model or service. */
  readonly grep?: string;
  readonly sort?: "last" | "duration" | "cost" | "errors";
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
  /** Severity text as in SURFACE: trace, debug, info, warn, error, fatal; records at or above it. Spans pass when in error. */
  readonly level?: string;
  readonly errors?: boolean;
  /** Substring anywhere in name, body or attribute values. */
  readonly grep?: string;
  /** Attribute equality, e.g. { "gen_ai.tool.name": "refund" }. */
  readonly attributes?: Readonly<Record<string, string>>;
  /** Only this turn (index from 0, or turn id). */
  readonly turn?: string;
  readonly limit?: number;
  readonly cursor?: string;
}

export interface RecordPage {
  /** In the order of start time, then record id; parents are not guaranteed to come before children with skewed clocks. */
  readonly records: readonly SessionRecord[];
  readonly next: string | null;
  /** Said when a time budget or limit cut the answer short. */
  readonly partial?: string;
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

export interface LiveQuery extends Omit<RecordQuery, "limit" | "cursor" | "until"> {
  /** Only this session. Without it: `session` events for all, and no records unless asked. */
  readonly session?: string;
  readonly records?: boolean;
  /** Continue after this event; without it, from now. */
  readonly cursor?: string;
}

export interface SessionReader {
  sessions(query: SessionQuery): Promise<SessionPage>;
  /** An id, an alias, a unique prefix, or `latest`. */
  resolve(reference: string): Promise<Resolution>;
  session(id: string): Promise<Session | undefined>;
  records(id: string, query: RecordQuery): Promise<RecordPage>;
  /** Records of all sessions, and of none, inside a time window; newest first. */
  search(query: RecordQuery & { readonly since: number }): Promise<RecordPage>;
  /** Every record of one trace. */
  trace(traceId: string): Promise<RecordPage>;
  live(query: LiveQuery, signal: AbortSignal): AsyncIterable<LiveEvent>;
}
