import type { SQLInputValue } from "node:sqlite";
import type { TimeWindow } from "../../telemetry.ts";
import { type BlockEntry, entriesOf } from "../blocks/entry.ts";
import { blockIds, type Blocks } from "../read/blocks.ts";
import type { DayFile } from "../read/day-file.ts";
import type { Pace } from "../read/pace.ts";
import type { Candidate } from "../read/search-clusters.ts";
import { CLUSTER_SPAN, RECORD_FLAGS } from "../schema/codes.ts";

import type { SpanDigests } from "./span-digests.ts";

/** What narrow rows, origins and bytes can say against a record before it is decoded. Who passes is looked at again. */
export interface Narrowing {
  readonly kind: "span" | "log";
  /** A condition over the columns of narrow rows, with its values; null: nothing to say. */
  rows(file: DayFile, cluster: number): RowCondition | null;
  origin(file: DayFile, origin: number): boolean;
  /** Of each list one is a name or value of the record: what digests of blocks are asked for. */
  readonly values: readonly (readonly Buffer[])[];
  /** Of each list one must stand in the record's bytes, unless the record is exempt. */
  readonly needles: readonly (readonly Buffer[])[];
  readonly isExempt: (bytes: Buffer) => boolean;
}

export interface RowCondition {
  readonly where: string;
  readonly values: readonly SQLInputValue[];
}

/** No record is exempt. */
export const never = (): boolean => false;

/** A record that may be asked for: where its bytes lie, until the next one is taken. */
export interface Swept extends BlockEntry {
  readonly file: DayFile;
  readonly bytes: Buffer;
}

/** The seqs of a cluster that pass: those listed, or all but those listed up to the last one there was. */
interface Passing {
  readonly seqs: Uint32Array;
  readonly others: boolean;
  readonly last: number;
  /** A bit for each that was taken: compaction may move a record behind our back, and it comes again in its new block. */
  readonly taken: Uint8Array;
}

const NOTHING = new Uint8Array(0);
const NONE: Passing = { seqs: new Uint32Array(0), others: false, last: -1, taken: NOTHING };

/**
 * A look through many clusters. A block holds records of several of them and is decompressed once: all that pass in it are
 * taken then, also those of clusters whose turn comes later.
 */
export class Sweep {
  records = 0;
  bytes = 0;
  readonly #blocks: Pick<Blocks, "peek">;
  readonly #narrowing: Narrowing;
  readonly #digests: SpanDigests | undefined;
  /** Whole microseconds, as rows have them. */
  readonly #from: number;
  readonly #to: number;
  readonly #clusters = new Map<DayFile, Map<number, Passing | undefined>>();
  readonly #seen = new Map<DayFile, Set<number>>();
  readonly #origins = new Map<DayFile, Map<number, boolean>>();

  constructor(
    blocks: Pick<Blocks, "peek">,
    narrowing: Narrowing,
    { endNs, startNs }: TimeWindow,
    candidates: readonly Candidate[],
    digests?: SpanDigests,
  ) {
    this.#digests = digests;
    this.#blocks = blocks;
    this.#narrowing = narrowing;
    this.#from = Number(startNs / 1000n);
    this.#to = Number((endNs - 1n) / 1000n);
    for (const { cluster, file } of candidates) {
      const clusters = this.#clusters.get(file) ?? new Map<number, undefined>();
      this.#clusters.set(file, clusters.set(cluster, undefined));
    }
  }

  /** Afterwards every record of this cluster that passes was taken, unless the time was up. */
  async through(
    { cluster, file }: Candidate,
    pace: Pace,
    take: (record: Swept) => void,
  ): Promise<void> {
    const passing = this.#passing(file, cluster);
    if (passing.last < 0) return pace.rest();
    let seen = this.#seen.get(file);
    if (seen === undefined) this.#seen.set(file, (seen = new Set()));
    for (const id of blockIds(file, cluster)) {
      if (pace.spent) return;
      if (seen.has(id)) continue;
      seen.add(id);
      const known = this.#known(file, id);
      if (known === false) continue;
      const bytes = this.#blocks.peek(file, id);
      if (bytes === undefined) continue;
      this.bytes += bytes.length;
      if (known === undefined) this.#digests?.learn(file, id, bytes);
      this.#block(file, bytes, this.#mayHold(bytes), pace, take);
      await pace.rest();
    }
  }

  /** Whether a block may hold what is asked for; undefined where nothing is known of it, null where nothing can be. */
  #known(file: DayFile, id: number): boolean | undefined | null {
    const { values } = this.#narrowing;
    if (this.#digests === undefined || values.length === 0) return null;
    return this.#digests.mayHold(file, id, values);
  }

  /** `mayHold`: whether the needles stand in the block at all. */
  #block(
    file: DayFile,
    block: Buffer,
    mayHold: boolean,
    pace: Pace,
    take: (record: Swept) => void,
  ): void {
    const { kind } = this.#narrowing;
    if (!mayHold && this.#narrowing.isExempt === never) return;
    const clusters = this.#clusters.get(file);
    for (const entry of entriesOf(block)) {
      if (entry.kind !== kind || clusters?.has(entry.cluster) !== true) continue;
      const passing = this.#passing(file, entry.cluster);
      if (!isNew(passing, entry.seq) || !this.#originPasses(file, entry.origin)) continue;
      const bytes = block.subarray(entry.start, entry.end);
      this.records++;
      if (!(mayHold && this.#mayHold(bytes)) && !this.#narrowing.isExempt(bytes)) continue;
      take({ ...entry, file, bytes });
      if (pace.spent) return;
    }
  }

  #mayHold(bytes: Buffer): boolean {
    return this.#narrowing.needles.every((any) => any.some((needle) => bytes.includes(needle)));
  }

  #originPasses(file: DayFile, id: number): boolean {
    let known = this.#origins.get(file);
    if (known === undefined) this.#origins.set(file, (known = new Map()));
    let passes = known.get(id);
    if (passes === undefined) known.set(id, (passes = this.#narrowing.origin(file, id)));
    return passes;
  }

  #passing(file: DayFile, cluster: number): Passing {
    const clusters = this.#clusters.get(file);
    if (clusters === undefined) return NONE;
    let passing = clusters.get(cluster);
    if (passing === undefined) clusters.set(cluster, (passing = this.#askRows(file, cluster)));
    return passing;
  }

  /** Without a condition of its own nearly all pass, so that the exceptions are the shorter list. */
  #askRows(file: DayFile, cluster: number): Passing {
    const { kind } = this.#narrowing;
    const condition = this.#narrowing.rows(file, cluster);
    const [table, time] =
      kind === "span" ? (["span", "start"] as const) : (["log", "time"] as const);
    const others = condition === null;
    const where = others
      ? `(${time} < ? or ${time} > ? or flags & ${RECORD_FLAGS.again} != 0)`
      : `${time} >= ? and ${time} <= ? and flags & ${RECORD_FLAGS.again} = 0 and (${condition.where})`;
    const first = cluster * CLUSTER_SPAN;
    const rows = file.lists(
      `select id from ${table} where id >= ? and id < ? and ${where} order by id`,
      first,
      first + CLUSTER_SPAN,
      this.#from,
      this.#to,
      ...(condition?.values ?? []),
    );
    const seqs = new Uint32Array(rows.length);
    for (const [index, [id]] of rows.entries()) seqs[index] = Number(id) - first;
    const last = others ? lastSeq(file, table, first) : (seqs.at(-1) ?? -1);
    return last < 0 ? NONE : { seqs, others, last, taken: new Uint8Array((last >>> 3) + 1) };
  }
}

function lastSeq(file: DayFile, table: "span" | "log", first: number): number {
  const row = file.get(
    `select max(id) as id from ${table} where id >= ? and id < ?`,
    first,
    first + CLUSTER_SPAN,
  );
  return typeof row?.["id"] === "number" ? row["id"] - first : -1;
}

/** Whether it passes and was not taken yet; from now on it was. */
function isNew({ last, others, seqs, taken }: Passing, seq: number): boolean {
  if (seq > last || isListed(seqs, seq) === others) return false;
  const bit = 1 << (seq & 7);
  const byte = taken[seq >>> 3] ?? 0;
  taken[seq >>> 3] = byte | bit;
  return (byte & bit) === 0;
}

function isListed(seqs: Uint32Array, seq: number): boolean {
  let low = 0;
  let high = seqs.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((seqs[middle] ?? 0) < seq) low = middle + 1;
    else high = middle;
  }
  return seqs[low] === seq;
}
