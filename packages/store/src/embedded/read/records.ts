import { decodeLogRecord, decodeSpan } from "@throughline/core/otlp";
import { logRecord, spanRecord, type TelemetryRecord } from "@throughline/core/record";
import {
  announcedSpan,
  type RecordPlace,
  type SessionRecord,
  sessionRecordOf,
  spanText,
} from "@throughline/core/session";
import { entriesOf } from "../blocks/entry.ts";
import { clusterOf, seqOf } from "../schema/codes.ts";
import type { Blocks } from "./blocks.ts";
import type { DayFile } from "./day-file.ts";
import { type Entry, recordIdOf } from "./entry.ts";
import type { Pace } from "./pace.ts";
import { startNanos } from "./start-nanos.ts";

/** A block was compacted since somebody looked where records lie: look again. */
export class Moved extends Error {
  override readonly name = "Moved";
}

/** Finds where the entries' bytes lie, and to the nanosecond when they began. */
export async function locate(entries: readonly Entry[], blocks: Blocks, pace: Pace): Promise<void> {
  for (const [file, clusters] of byCluster(entries))
    for (const [cluster, bySeq] of clusters)
      for (const { bytes, id } of blocks.of(file, cluster)) {
        for (const { end, seq, start } of entriesOf(bytes, cluster)) {
          const entry = bySeq.get(seq);
          if (entry === undefined) continue;
          entry.block = id;
          entry.start = start;
          entry.end = end;
          entry.nanos = startNanos(bytes, start, end, entry.kind);
        }
        await pace.rest();
      }
}

/** The record itself. */
export function readRecord(entry: Entry, blocks: Blocks): TelemetryRecord {
  const bytes = bytesOf(entry, blocks);
  const { resource, scope } = entry.file.origin(entry.origin);
  if (entry.open) return announcedSpan(logRecord(decodeLogRecord(bytes), resource, scope));
  return entry.kind === "span"
    ? spanRecord(decodeSpan(bytes), resource, scope)
    : logRecord(decodeLogRecord(bytes), resource, scope);
}

/** As everybody outside sees it. `interrupted` says of unfinished work that nobody is at it any more. */
export function jsonOf(entry: Entry, record: TelemetryRecord, interrupted: boolean): SessionRecord {
  const json = sessionRecordOf(record, placeOf(entry));
  return entry.open && interrupted ? { ...json, outcome: "interrupted" } : json;
}

/** The same as text. */
export function textOf(entry: Entry, blocks: Blocks, interrupted: boolean): string {
  return entry.kind === "span" && !entry.open
    ? spanText(bytesOf(entry, blocks), entry.file.origin(entry.origin), placeOf(entry))
    : JSON.stringify(jsonOf(entry, readRecord(entry, blocks), interrupted));
}

function bytesOf({ block, end, file, start }: Entry, blocks: Blocks): Buffer {
  const bytes = blocks.get(file, block);
  if (bytes === undefined) throw new Moved();
  return bytes.subarray(start, end);
}

function placeOf(entry: Entry): RecordPlace & { readonly step: string | null } {
  return {
    recordId: recordIdOf(entry),
    sessionId: entry.session ?? "",
    membership: entry.membership,
    step: entry.isTurn ? "turn" : (entry.step ?? null),
  };
}

type Clusters = Map<number, Map<number, Entry>>;

function byCluster(entries: readonly Entry[]): Map<DayFile, Clusters> {
  const files = new Map<DayFile, Clusters>();
  for (const entry of entries) {
    let clusters = files.get(entry.file);
    if (clusters === undefined) files.set(entry.file, (clusters = new Map()));
    const cluster = clusterOf(entry.id);
    let bySeq = clusters.get(cluster);
    if (bySeq === undefined) clusters.set(cluster, (bySeq = new Map()));
    bySeq.set(seqOf(entry.id), entry);
  }
  return files;
}
