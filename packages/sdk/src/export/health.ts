import { diag } from "@opentelemetry/api";

import type { FinalAnswer } from "./answer.ts";
import type { Chunk, Signal } from "./chunk.ts";

/**
 * Why a record did not get out.
 *
 * - `queue_full`: the collector was away for longer than the queue holds
 * - `refused`: the collector answered that it never wants these bytes (400, 401, 413 ...)
 * - `rejected`: partial success, the collector took the rest of the request
 * - `too_large`: one record alone is larger than a request may be
 * - `unencodable`: something in the record threw while it was read
 * - `closed`: it came after shutdown
 * - `ended`: the process ended before the collector took it, and there was no journal
 */
export const dropReasons = [
  "queue_full",
  "refused",
  "rejected",
  "too_large",
  "unencodable",
  "closed",
  "ended",
] as const;
export type DropReason = (typeof dropReasons)[number];

export type SignalCounts = { [signal in Signal]: number };

/**
 * Counters since the process began. What was accepted (or recovered from the journal) is sent, dropped, postponed, or still
 * in the queue: the numbers add up.
 */
export interface Health {
  readonly accepted: Readonly<SignalCounts>;
  readonly sent: Readonly<SignalCounts>;
  readonly dropped: { readonly [reason in DropReason]: Readonly<SignalCounts> };
  /** Records the sampler left out: never accepted, never lost. */
  readonly unsampled: Readonly<SignalCounts>;
  /** Records that left memory undelivered but are in the journal: the next start sends them. */
  readonly postponed: Readonly<SignalCounts>;
  /** Requests that had to be made again. */
  readonly retries: number;
  readonly queue: { readonly bytes: number };
  readonly journal: JournalHealth | undefined;
}

export interface JournalHealth {
  readonly bytes: number;
  /** Records an earlier process left behind, taken up by this one. */
  readonly recovered: number;
  /** Open spans an earlier process left behind, sent with the outcome `interrupted`. */
  readonly interrupted: number;
  /** Records that are no longer on disk, because the journal reached its size. */
  readonly forgotten: number;
  /** Writes that failed (disk full, folder gone); the journal goes on with the next. */
  readonly failures: number;
}

const none = (): SignalCounts => ({ traces: 0, logs: 0 });

/** The one place that counts. The first loss of each kind is said once, through the OpenTelemetry diag logger. */
export class Tally {
  readonly accepted: SignalCounts = none();
  readonly sent: SignalCounts = none();
  readonly unsampled: SignalCounts = none();
  readonly postponed: SignalCounts = none();
  readonly dropped: { readonly [reason in DropReason]: SignalCounts } = {
    queue_full: none(),
    refused: none(),
    rejected: none(),
    too_large: none(),
    unencodable: none(),
    closed: none(),
    ended: none(),
  };
  retries = 0;

  answered({ signal, records }: Chunk, answer: FinalAnswer): void {
    if (answer.kind === "never") return this.drop("refused", signal, records, answer.message);
    const rejected = Math.min(Math.max(0, answer.rejected), records);
    this.sent[signal] += records - rejected;
    this.drop("rejected", signal, rejected, answer.message);
  }

  drop(reason: DropReason, signal: Signal, records: number, detail = ""): void {
    if (records === 0) return;
    const counts = this.dropped[reason];
    if (counts.traces + counts.logs === 0) {
      diag.warn(
        `throughline: ${records} of ${signal} dropped (${reason})${detail && `: ${detail}`}. Further ones are only counted, see health().`,
      );
    }
    counts[signal] += records;
  }
}
