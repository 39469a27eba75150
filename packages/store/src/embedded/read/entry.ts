import type { Membership } from "@throughline/core/session";
import type { DayFile } from "./day-file.ts";

/**
 * A record as its narrow row tells it, without its bytes: enough to say to whom it belongs, what it is, and where it stands in
 * the order of its session. A session of 50,000 records is some 14 MB of these.
 */
export interface Entry {
  readonly file: DayFile;
  /** Of the row; with the day it makes the record's public id. */
  readonly id: number;
  readonly kind: "span" | "log";
  /** A span that has not arrived, told by the log record that announced it. */
  readonly open: boolean;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  /** Whether it has links of its own; where they lead is in its bytes, and hardly ever matters. */
  readonly hasLinks: boolean;
  readonly links: readonly never[];
  /** The session whose id it carries, or whose own door it came in through. */
  readonly carried: string | undefined;
  readonly door: string | undefined;
  /** Whole microseconds, and the nanoseconds beyond them once its bytes were seen. */
  readonly micros: number;
  nanos: number;
  /** Of a log record; a span in error has that of level ERROR, any other 0. */
  readonly severity: number;
  readonly origin: number;
  /** Another span of this id was there before. */
  readonly again: boolean;
  /** Of a span, as it says itself; of a log record that announces a span, that span's. */
  readonly step: string | undefined;
  /** What a log record stands for. */
  readonly stands: string | undefined;
  membership: Membership;
  session: string | undefined;
  /** Where its bytes lie; the block is gone once it was compacted. */
  block: number;
  start: number;
  end: number;
  /** Index in the session's turns; -1 outside any. */
  turn: number;
  /** A turn, or an agent that works below no turn and no agent. */
  isTurn: boolean;
}

/** Rough size in memory, for bounds. */
export const ENTRY_BYTES = 280;

export function recordIdOf({ file, id, open }: Pick<Entry, "file" | "id" | "open">): string {
  return open ? `${file.day}.${id}.open` : `${file.day}.${id}`;
}

/** By start, then by record id: the order in which a session is read. */
export function byStart(one: Entry, other: Entry): number {
  return (
    one.micros - other.micros ||
    one.nanos - other.nanos ||
    compare(one.file.day, other.file.day) ||
    one.id - other.id ||
    Number(one.open) - Number(other.open)
  );
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
