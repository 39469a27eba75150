import type { DatabaseSync } from "node:sqlite";
import { mergeTallies, sessionOfStrand, splitTarget } from "@throughline/core/membership";
import { addTotals, type Totals } from "@throughline/core/session";
import type { Past } from "../days/past.ts";
import { CLUSTER_SPAN, RECORD_FLAGS } from "../schema/codes.ts";
import { prepared } from "../schema/prepared.ts";
import type { Attachments } from "./attachments.ts";
import { Awaited } from "./awaited.ts";
import type { Clusters } from "./clusters.ts";
import { clustersOf } from "./replay.ts";
import type { Trace, Traces } from "./traces.ts";

/** How far above a span in a trace of several sessions its session is looked for. */
const LEVELS_CLIMBED = 64;

/** Traces without a session follow their links, whichever end comes in first. */
export class Links {
  readonly #db: DatabaseSync;
  readonly #clusters: Clusters;
  readonly #traces: Traces;
  readonly #attachments: Attachments;
  readonly #awaited: Awaited;
  /** Traces of several sessions, awaited by others, that gained records. */
  readonly #tangled = new Set<string>();

  constructor(
    db: DatabaseSync,
    past: Past,
    clusters: Clusters,
    traces: Traces,
    attachments: Attachments,
  ) {
    this.#db = db;
    this.#clusters = clusters;
    this.#traces = traces;
    this.#attachments = attachments;
    this.#awaited = new Awaited(db, past);
  }

  /** A record without a session links elsewhere, and its trace may follow. */
  follow(trace: Trace, targets: readonly string[]): void {
    if (trace.belongs !== 0) return;
    const { targets: all } = mergeTallies(
      { sessions: [], targets: trace.targets },
      { sessions: [], targets },
    );
    if (all === trace.targets) return;
    trace.targets = all;
    this.#traces.touch(trace);
    for (const target of targets) this.#awaited.add(keyOf(target), trace.key);
    this.#lead(trace);
  }

  /** A trace got its session, or lost it: whoever links to it is asked again. */
  settled(trace: Trace): void {
    for (const key of this.#awaited.waiting(trace.key)) {
      const waiting = this.#traces.known(key);
      if (waiting?.belongs === 0) this.#lead(waiting);
    }
  }

  /** A trace of several sessions gained a record: where links to it lead is looked up later. */
  tangle(trace: Trace): void {
    if (this.#awaited.waiting(trace.key).length > 0) this.#tangled.add(trace.key);
  }

  get tangled(): boolean {
    return this.#tangled.size > 0;
  }

  /** Asks again whoever links to one of those. */
  untangle(): void {
    const [key] = this.#tangled;
    if (key === undefined) return;
    this.#tangled.delete(key);
    const trace = this.#traces.known(key);
    if (trace !== undefined) this.settled(trace);
  }

  #lead(trace: Trace): void {
    const sid = sessionOfStrand({ sessions: [], targets: trace.targets }, (target) =>
      this.#sessionAt(target),
    );
    const before = trace.linked === 0 ? undefined : this.#clusters.whole(trace.linked);
    const after = sid === undefined ? undefined : this.#clusters.session(sid);
    if (before === after) return;
    const strand = this.#attachments.strand(trace);
    if (before !== undefined) this.#attachments.release(before, strand);
    trace.linked = after?.id ?? 0;
    this.#traces.touch(trace);
    if (after === undefined) return;
    addTotals(after.totals, linkedOnly(strand.totals));
    this.#attachments.attach(after, strand);
    if (this.#traces.treeOf(trace).odd) this.#clusters.unsettle(after);
  }

  #sessionAt(target: string): string | undefined {
    const trace = this.#traces.known(keyOf(target));
    if (trace === undefined || trace.belongs === 0) return undefined;
    if (trace.belongs === 1) return this.#clusters.whole(trace.home).sid;
    return this.#carrierIn(trace, splitTarget(target)[1]);
  }

  /** In a trace of several sessions a link leads to the nearest session at or above the very span. */
  #carrierIn(trace: Trace, spanId: string): string | undefined {
    const find = prepared(
      this.#db,
      "select flags, parent_id from span where id >= ? and id < ? and trace = ? and span_id = ?",
    );
    const clusters = clustersOf(this.#db, trace.id);
    let id = spanId;
    for (let level = 0; level < LEVELS_CLIMBED && id !== ""; level++) {
      const carriers = new Set<string>();
      const parents = new Set<string>();
      for (const cluster of clusters) {
        const from = cluster * CLUSTER_SPAN;
        for (const row of find.all(from, from + CLUSTER_SPAN, trace.id, Buffer.from(id, "hex"))) {
          const { sid } = this.#clusters.whole(cluster);
          const carried = (Number(row["flags"]) & RECORD_FLAGS.carried) !== 0;
          if (carried && sid !== undefined) carriers.add(sid);
          if (row["parent_id"] instanceof Uint8Array)
            parents.add(Buffer.from(row["parent_id"]).toString("hex"));
        }
      }
      const [carrier] = carriers;
      if (carrier !== undefined) return carriers.size === 1 ? carrier : undefined;
      const [parent = ""] = parents;
      id = parents.size === 1 ? parent : "";
    }
    return undefined;
  }
}

function linkedOnly(totals: Totals): Totals {
  const { inherited, joined, linked } = totals.membership;
  const membership = { carried: 0, inherited: 0, joined: 0, linked: inherited + joined + linked };
  return { ...totals, membership };
}

function keyOf(target: string): string {
  return Buffer.from(splitTarget(target)[0], "hex").toString("latin1");
}
