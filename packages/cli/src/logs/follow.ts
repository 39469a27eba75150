import { setTimeout as pause } from "node:timers/promises";
import { ReadRefusal } from "@throughline/store/refusal";

import { CommandError, exit } from "../exit-codes.ts";
import type { Connection } from "../home/remote/connection.ts";
import type { LogLine } from "./log-line.ts";
import { linesForward } from "./loki.ts";
import { Repeats, Seen } from "./seen.ts";
import { openTail, type Tail } from "./tail.ts";

export interface Following {
  readonly loki: Connection;
  readonly logql: string;
  /** Where the lines that were shown before begin. */
  readonly startNs: bigint;
  readonly signal: AbortSignal;
  /** Says once that the connection is gone, and once that it is back. */
  readonly say: (text: string) => void;
}

const pausesMs = [50, 100, 250, 500, 1_000, 2_000] as const;
/** Up to here everything is read again after a connection broke: lines may be late, and only so none is missed. */
const readAgain = 20_000;
/** Beyond it, this much before the last line that was shown. */
const overlapNs = 300_000_000_000n;
const nsPerMs = 1_000_000n;

/**
 * Lines as they come in, without gaps and repeats across connections: the tail is opened first, then what came in until then
 * is read, then the tail is followed from its beginning. What both told is shown once.
 */
export async function* follow(
  following: Following,
  shown: readonly LogLine[],
): AsyncGenerator<LogLine> {
  const { logql, loki, say, signal, startNs } = following;
  const seen = new Seen();
  seen.unseenIn(shown);
  let latest = shown.at(-1)?.timeNs ?? startNs;
  let failures = 0;
  while (!signal.aborted) {
    const tail = await openTail(loki, logql, signal);
    if (tail !== undefined) {
      if (failures > 0) say("connected again.");
      failures = 0;
      for await (const line of told(following, tail, seen, latest)) {
        if (line.timeNs > latest) latest = line.timeNs;
        yield line;
      }
    }
    if (signal.aborted) return;
    if (failures++ === 0) say("the connection is gone; trying again ...");
    const ms = pausesMs[Math.min(failures, pausesMs.length) - 1];
    await pause(ms, undefined, { signal }).catch(() => {});
  }
}

/** What one connection tells, until it breaks. */
async function* told(
  { logql, loki, signal, startNs }: Following,
  tail: Tail,
  seen: Seen,
  latest: bigint,
): AsyncGenerator<LogLine> {
  try {
    const overlap = latest - overlapNs;
    const from = seen.size <= readAgain || overlap < startNs ? startNs : overlap;
    const endNs = BigInt(Date.now() + 3_600_000) * nsPerMs;
    const reading: LogLine[] = [];
    for await (const line of linesForward(loki, { logql, startNs: from, endNs }, signal))
      reading.push(line);
    yield* seen.unseenIn(reading);
    // What came in while we read is told by the tail too, now or in a moment.
    const repeats = new Repeats(reading);
    for (let next = await tail.next(); next !== undefined; next = await tail.next()) {
      for (const line of next.lines) {
        if (repeats.has(line)) continue;
        seen.add(line);
        yield line;
      }
      // What the server left out is read on a new connection.
      if (next.dropped) return;
    }
  } catch (error) {
    // The server went, or was too busy, between the tail and the reading: the next connection reads again.
    if (signal.aborted || passes(error)) return;
    throw error;
  } finally {
    tail.close();
  }
}

function passes(error: unknown): boolean {
  if (error instanceof ReadRefusal) return true;
  return error instanceof CommandError && error.exitCode === exit.unreachable;
}
