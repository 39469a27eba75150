import { type MembershipKind, memberships } from "@throughline/core";
import type { Day } from "../days/day.ts";
import { clusterOf, seqOf } from "../schema/codes.ts";
import type { BlockPacker } from "./blocks.ts";
import {
  type CommitNotice,
  NOTICE_STRIDE,
  NOTICED,
  type NoticedOrigin,
  type NoticedStrand,
} from "./protocol.ts";

/**
 * The records filed since the last commit, in order of arrival: a row of numbers each, which is what the commit's notice says
 * of them, and what blocks are packed from. No object a record: thousands would have to survive until the commit.
 */
export class Filed {
  #rows = new Float64Array(1024 * NOTICE_STRIDE);
  #filled = 0;
  /** Rows up to here are in blocks. */
  #packed = 0;
  readonly #sessions = new Map<string, number>();

  add(
    id: number,
    body: number,
    start: number,
    end: number,
    origin: number,
    flags: number,
    isLog: boolean,
  ): void {
    if (this.#filled === this.#rows.length) {
      const larger = new Float64Array(this.#rows.length * 2);
      larger.set(this.#rows);
      this.#rows = larger;
    }
    const rows = this.#rows;
    let at = this.#filled;
    rows[at++] = id;
    rows[at++] = body;
    rows[at++] = start;
    rows[at++] = end;
    rows[at++] = origin;
    rows[at++] = flags;
    rows[at++] = isLog ? 1 : 0;
    rows[at++] = -1;
    rows[at++] = NOT_KNOWN;
    this.#filled = at;
  }

  /** Of the record added last: whose it is, as far as is known by now. */
  belongs(session: string, membership: MembershipKind): void {
    const at = this.#filled - NOTICE_STRIDE;
    this.#rows[at + NOTICED.session] = this.#session(session);
    this.#rows[at + NOTICED.membership] = memberships.indexOf(membership);
  }

  /** Packs what was not packed yet, sorted by cluster and seq. Within a cluster records were added in order of seq. */
  pack(packer: BlockPacker, bodies: readonly Buffer[]): void {
    const count = (this.#filled - this.#packed) / NOTICE_STRIDE;
    /** Of each record the next one of its cluster; 0 is none, because the first is nobody's next. */
    const next = new Int32Array(count);
    const firsts = new Map<number, number>();
    const lasts = new Map<number, number>();
    for (let n = 0; n < count; n++) {
      const cluster = clusterOf(this.#rows[this.#packed + n * NOTICE_STRIDE]!);
      const last = lasts.get(cluster);
      if (last === undefined) firsts.set(cluster, n);
      else next[last] = n;
      lasts.set(cluster, n);
    }
    for (const cluster of Float64Array.from(firsts.keys()).toSorted()) {
      let n = firsts.get(cluster) ?? 0;
      do {
        this.#packOne(this.#packed + n * NOTICE_STRIDE, packer, bodies);
        n = next[n]!;
      } while (n > 0);
    }
    packer.flush();
    this.#packed = this.#filled;
  }

  take(
    about: { readonly commit: number; readonly day: Day; readonly atMs: number },
    bodies: readonly Uint8Array<ArrayBuffer>[],
    origins: readonly NoticedOrigin[],
    attached: readonly NoticedStrand[],
    aliases: CommitNotice["aliases"],
    touched: Iterable<string>,
  ): CommitNotice {
    for (const session of touched) this.#session(session);
    const notice: CommitNotice = {
      ...about,
      bodies,
      records: this.#rows.slice(0, this.#filled),
      sessions: [...this.#sessions.keys()],
      origins,
      attached,
      aliases,
    };
    this.#filled = 0;
    this.#packed = 0;
    this.#sessions.clear();
    return notice;
  }

  #packOne(at: number, packer: BlockPacker, bodies: readonly Buffer[]): void {
    const rows = this.#rows;
    const id = rows[at + NOTICED.id]!;
    const bytes = bodies[rows[at + NOTICED.body]!];
    if (bytes === undefined) throw new Error("a filed record has no body");
    packer.put(
      bytes,
      rows[at + NOTICED.start]!,
      rows[at + NOTICED.end]!,
      clusterOf(id),
      seqOf(id),
      rows[at + NOTICED.origin]!,
      rows[at + NOTICED.log] === 1,
    );
  }

  #session(session: string): number {
    let index = this.#sessions.get(session);
    if (index === undefined) {
      index = this.#sessions.size;
      this.#sessions.set(session, index);
    }
    return index;
  }
}

const NOT_KNOWN = memberships.indexOf("none");
