import type { TimeWindow } from "../../telemetry.ts";
import { type BlockEntry, entriesOf } from "../blocks/entry.ts";
import { blockIds, type Blocks } from "../read/blocks.ts";
import type { DayFile } from "../read/day-file.ts";
import type { Pace } from "../read/pace.ts";
import type { Candidate } from "../read/search-clusters.ts";

import { type Narrowing, never } from "./narrowing.ts";
import { Passing } from "./passing.ts";
import type { SpanDigests } from "./span-digests.ts";

/** A record that may be asked for: where its bytes lie, until the next one is taken. */
export interface Swept extends BlockEntry {
  readonly file: DayFile;
  readonly bytes: Buffer;
}

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
    while (!passing.next().done) await pace.rest();
    if (passing.isEmpty) return pace.rest();
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
      if (!this.#passing(file, entry.cluster).takes(entry.seq)) continue;
      if (!this.#originPasses(file, entry.origin)) continue;
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
    let passing = clusters?.get(cluster);
    if (passing === undefined) {
      passing = new Passing(file, cluster, this.#narrowing, this.#from, this.#to);
      clusters?.set(cluster, passing);
    }
    return passing;
  }
}
