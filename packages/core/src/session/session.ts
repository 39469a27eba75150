/**
 * A session as everybody outside sees it: the JSON of `/api/v1/sessions`, of `sessions -o json` and of the page.
 * Field names are the wire's. Times are RFC 3339 in UTC, durations milliseconds.
 */
import type { FindingCounts } from "../verify/finding.ts";

export type SessionState = "live" | "idle" | "ended" | "interrupted";
export type Membership = "carried" | "inherited" | "joined" | "linked" | "none";

export interface Session {
  readonly schema: 1;
  readonly id: string;
  /** Ids that the emitters minted themselves inside this session's own door. */
  readonly aliases: readonly string[];
  readonly services: readonly string[];
  readonly agent: string | null;
  readonly channel: { readonly type: string | null; readonly id: string | null } | null;
  readonly state: SessionState;
  readonly started_at: string;
  readonly last_at: string;
  readonly duration_ms: number;
  readonly turns: number;
  readonly spans: number;
  readonly logs: number;
  /** ERROR spans without an ERROR child, plus logs of level ERROR and above that are not on such a span. */
  readonly errors: number;
  readonly llm_calls: number;
  readonly tool_calls: number;
  readonly traces: number;
  readonly tokens: Tokens;
  readonly cost: Cost;
  readonly models: readonly string[];
  readonly longest_tool: { readonly name: string; readonly duration_ms: number } | null;
  readonly membership: Readonly<Record<Exclude<Membership, "none">, number>>;
  /** What the last verification found; null while there was none. */
  readonly findings: FindingCounts | null;
}

/** `input` includes cached tokens, `output` includes reasoning; the rest are subsets. */
export interface Tokens {
  readonly input: number;
  readonly output: number;
  readonly cache_read: number;
  readonly cache_write: number;
  readonly reasoning: number;
}

export interface Cost {
  /** Null when nothing of the session could be priced. */
  readonly amount: number | null;
  readonly currency: string;
  /** False when at least one call has no known price: the amount is then a lower bound. */
  readonly complete: boolean;
}

/** One span or log record of a session. Nanosecond times are strings: they do not fit a JSON number. */
export interface SessionRecord {
  readonly kind: "span" | "log";
  readonly record_id: string;
  readonly trace_id: string;
  readonly span_id: string;
  readonly parent_span_id: string;
  readonly session_id: string;
  readonly membership: Membership;
  /**
   * What a span is as a step of an agent, and what a log event stands for ("prompt", "llm" ...). An event may repeat a span:
   * whoever counts calls counts one kind of the two.
   */
  readonly step: string | null;
  readonly name: string;
  readonly start_ns: string;
  /** Null while the work is unfinished; equal to start_ns on a log. */
  readonly end_ns: string | null;
  /** trace, debug, info, warn, error or fatal; the emitter's own word where it gave no number. */
  readonly severity: string | null;
  readonly status: "unset" | "ok" | "error" | null;
  readonly outcome: string | null;
  readonly service: string;
  readonly scope: string;
  readonly attributes: JsonMap;
  readonly body: JsonValue;
  readonly events: readonly {
    readonly name: string;
    readonly time_ns: string;
    readonly attributes: JsonMap;
  }[];
  readonly links: readonly {
    readonly trace_id: string;
    readonly span_id: string;
    readonly attributes: JsonMap;
  }[];
}

/** Integers beyond 2^53 are strings, bytes are base64. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonMap;
export interface JsonMap {
  readonly [key: string]: JsonValue;
}
