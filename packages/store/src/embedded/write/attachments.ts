import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Day } from "../days/day.ts";
import type { Cluster, Clusters } from "./clusters.ts";
import type { NoticedStrand } from "./protocol.ts";
import type { Trace, Traces } from "./traces.ts";

/** Strands, and the sessions they are attached to: one row each, and no record is written again. */
export class Attachments {
  readonly #day: Day;
  readonly #clusters: Clusters;
  readonly #traces: Traces;
  readonly #detach: StatementSync;
  #told: NoticedStrand[] = [];

  constructor(db: DatabaseSync, day: Day, clusters: Clusters, traces: Traces) {
    this.#day = day;
    this.#clusters = clusters;
    this.#traces = traces;
    this.#detach = db.prepare("delete from part where session = ? and day = ? and cluster = ?");
  }

  /** Where a trace's records without a session lie. */
  strand(trace: Trace): Cluster {
    if (trace.strand !== 0) return this.#clusters.byId(trace.strand);
    const strand = this.#clusters.strand();
    trace.strand = strand.id;
    this.#traces.touch(trace);
    if (trace.belongs === 0) strand.totals.traces = 1;
    for (const session of this.#owners(trace)) this.attach(session, strand);
    return strand;
  }

  attach(session: Cluster, strand: Cluster): void {
    this.#clusters.attach(session, this.#day, strand.id);
    this.#clusters.touch(session);
    if (session.sid === undefined) return;
    const { id: cluster, nextSeq: before } = strand;
    this.#told.push({ session: session.sid, day: this.#day, cluster, before });
  }

  /** What the strand counted can't be told from the rest any more: the session is counted anew. */
  release(session: Cluster, strand: Cluster): void {
    this.#detach.run(session.id, this.#day, strand.id);
    this.#clusters.unsettle(session);
  }

  /** What was attached since the last commit. */
  takeTold(): NoticedStrand[] {
    const told = this.#told;
    this.#told = [];
    return told;
  }

  #owners(trace: Trace): readonly Cluster[] {
    if (trace.belongs === 2) return this.#traces.crossing(trace);
    const home = trace.belongs === 1 ? trace.home : trace.linked;
    return home === 0 ? [] : [this.#clusters.whole(home)];
  }
}
