import { readLog, readStep } from "@throughline/core/dialects";
import type { TelemetryRecord } from "@throughline/core/record";
import type { Blocks } from "./blocks.ts";
import type { Entry } from "./entry.ts";
import { readRecord } from "./records.ts";

/**
 * Whether a record is of the turn asked for, by number or by id. Below the turn's span the tree tells; records elsewhere (other
 * traces, logs outside any) may name their turn.
 */
export function turnFilter(
  wanted: string | undefined,
  turns: readonly Entry[],
  blocks: Blocks,
): ((entry: Entry, record: TelemetryRecord) => boolean) | undefined {
  if (wanted === undefined) return undefined;
  const number = /^\d{1,9}$/.test(wanted) ? Number(wanted) : -1;
  const byNumber = turns[number];
  const idOf = (turn: Entry): string | undefined => turnIdOf(readRecord(turn, blocks));
  const index = byNumber === undefined ? turns.findIndex((turn) => idOf(turn) === wanted) : number;
  const id = byNumber === undefined ? wanted : idOf(byNumber);
  return (entry, record) => {
    if (entry.turn >= 0 && index >= 0) return entry.turn === index;
    return id !== undefined && turnIdOf(record) === id;
  };
}

function turnIdOf(record: TelemetryRecord): string | undefined {
  return (readStep(record) ?? readLog(record))?.turn;
}
