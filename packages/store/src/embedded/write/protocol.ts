import type { FindingCounts } from "@throughline/core/session";
import type { Receipt, Signal } from "../../home.ts";
import type { RefusalKind } from "../../refusal.ts";
import type { Day } from "../days/day.ts";

/** What the main thread and the writer's worker say to each other. */
export interface WriterSettings {
  readonly directory: string;
  /** Days whose files are older than this are dropped; null keeps all. */
  readonly retentionMs: number | null;
  /** Oldest days are dropped while all files together are larger; null: no limit. */
  readonly maxBytes: number | null;
  /** How long a group commit gathers deliveries. */
  readonly gatherMs: number;
  /** Sessions are compacted once they have been quiet for so long. */
  readonly quietMs: number;
  /** Bound on a day's file in pages, for tests of a full disk. */
  readonly maxPages: number | null;
}

export type ToWriter =
  | {
      readonly type: "append";
      readonly id: number;
      readonly signal: Signal;
      readonly body: Uint8Array<ArrayBuffer>;
      readonly door: string | undefined;
    }
  | { readonly type: "set-aside"; readonly day: Day; readonly why: string }
  | { readonly type: "findings"; readonly session: string; readonly findings: FindingCounts }
  | { readonly type: "close" };

export type FromWriter =
  | { readonly type: "opened"; readonly days: readonly Day[] }
  | { readonly type: "refused-to-open"; readonly message: string }
  | { readonly type: "settled"; readonly settled: readonly Settled[] }
  | {
      readonly type: "committed";
      readonly notice: CommitNotice;
      /** Of the commit alone. */
      readonly seconds: number;
      readonly requests: number;
    }
  /** The files there are now, oldest first. */
  | { readonly type: "days"; readonly days: readonly Day[] }
  | { readonly type: "report"; readonly line: string }
  | { readonly type: "closed" };

/** What became of one delivery. */
export type Settled =
  | { readonly id: number; readonly receipt: Receipt }
  | { readonly id: number; readonly refusal: RefusalData };

export interface RefusalData {
  readonly kind: RefusalKind;
  readonly message: string;
  readonly retryAfterSeconds: number | undefined;
}

/**
 * What one group commit added, posted after it is durable: enough to follow live without reading the store. The bodies are the
 * deliveries themselves, handed back.
 */
export interface CommitNotice {
  readonly commit: number;
  readonly day: Day;
  readonly atMs: number;
  readonly bodies: readonly Uint8Array<ArrayBuffer>[];
  /** NOTICE_STRIDE numbers a record, in order of arrival; see NOTICED. */
  readonly records: Float64Array<ArrayBuffer>;
  /** Ids of the sessions that gained something, by the index that records use. */
  readonly sessions: readonly string[];
  /** Origins of this day that no earlier notice of this process named. */
  readonly origins: readonly NoticedOrigin[];
  /** Strands that were found to belong to a session: records of earlier notices, and stored ones, are now the session's. */
  readonly attached: readonly NoticedStrand[];
  /** Ids that now mean another session. */
  readonly aliases: readonly NoticedAlias[];
}

/** Numbers of one record in `CommitNotice.records`, by position. */
export const NOTICED = {
  /** Record id: cluster * 2^20 + seq. */
  id: 0,
  /** Index in `bodies`, and where the record's message stands in that body. */
  body: 1,
  start: 2,
  end: 3,
  origin: 4,
  /** RECORD_FLAGS. */
  flags: 5,
  /** 0 a span, 1 a log record. */
  log: 6,
  /** Index in `sessions`; -1 while it belongs to none. */
  session: 7,
  /** Index in core's `memberships`, as far as is known at this commit: what arrives later may say more. */
  membership: 8,
} as const;
export const NOTICE_STRIDE = 9;

export interface NoticedOrigin {
  readonly id: number;
  /** Protobuf. */
  readonly resource: Uint8Array;
  readonly resourceSchemaUrl: string;
  readonly scope: Uint8Array;
  readonly scopeSchemaUrl: string;
}

export interface NoticedStrand {
  readonly session: string;
  readonly day: Day;
  readonly cluster: number;
  /** Records below this seq came before anybody knew; the others are noticed as the session's. */
  readonly before: number;
}

export interface NoticedAlias {
  readonly id: string;
  readonly session: string;
  /** It had records of its own, which are now the session's. */
  readonly merged: boolean;
}
