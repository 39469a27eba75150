import type { DatabaseSync } from "node:sqlite";
import { noTotals, type Totals } from "@throughline/core/session";
import type { Day } from "../days/day.ts";
import type { Past } from "../days/past.ts";
import { CLUSTER_SPAN } from "../schema/codes.ts";
import { type Cluster, clusterOfRow, ClusterRows } from "./cluster-rows.ts";
import { readTotals } from "./totals-text.ts";

export type { Cluster } from "./cluster-rows.ts";

/** Clusters kept in memory between commits, at some 3 KB each; the others are read again when they are met again. */
const KEPT = 10_000;

/** What else must happen when a session is met for the first time ever. */
export type OnNewSession = (session: Cluster) => void;

/** Sessions and strands of the current day's file. */
export class Clusters {
  readonly day: Day;
  readonly #past: Past;
  readonly #onNew: OnNewSession;
  readonly #rows: ClusterRows;
  #next: number;
  /** In the order in which they were last changed, so that the first are the ones to let go. */
  readonly #byId = new Map<number, Cluster>();
  /** By session id and by alias, to the cluster of that very id. */
  readonly #named = new Map<string, number>();
  readonly #dirty: Cluster[] = [];
  /** Sessions that wait for a recount, and since when. */
  readonly #unsettled = new Map<number, number>();

  constructor(db: DatabaseSync, day: Day, past: Past, onNew: OnNewSession) {
    this.day = day;
    this.#past = past;
    this.#onNew = onNew;
    this.#rows = new ClusterRows(db);
    this.#next = this.#rows.lastId + 1;
    for (const id of this.#rows.unsettled) this.#unsettled.set(id, 0);
  }

  /** The session that this id means, made if need be. */
  session(sid: string): Cluster {
    const known = this.#named.get(sid);
    return known === undefined ? this.#meet(sid) : this.whole(known);
  }

  /** The session that this id means, unless it is new. */
  known(sid: string): Cluster | undefined {
    const known = this.#named.get(sid) ?? this.#find(sid)?.id;
    return known === undefined ? undefined : this.whole(known);
  }

  /** The session that an id means, without making or carrying on any. */
  meaning(id: string): string {
    const row = this.#rows.bySid(id) ?? this.#rows.byId(this.#rows.aliased(id) ?? 0);
    const whole = this.#rows.byId(Number(row?.["part_of"] ?? 0)) ?? row;
    const sid = whole?.["sid"] ?? this.#past.session(id)?.sid;
    return typeof sid === "string" ? sid : id;
  }

  strand(): Cluster {
    return this.#add(undefined, {});
  }

  byId(id: number): Cluster {
    const known = this.#byId.get(id) ?? this.#load(this.#rows.byId(id));
    if (known === undefined) throw new Error(`cluster ${id} is missing`);
    return known;
  }

  /** The session that a cluster belongs to by name: itself, or the one it became a part of. */
  whole(id: number): Cluster {
    const cluster = this.byId(id);
    return cluster.partOf === 0 ? cluster : this.byId(cluster.partOf);
  }

  /** The next record id of a cluster, which may lie in its overflow. */
  seat(cluster: Cluster): number {
    if (cluster.nextSeq < CLUSTER_SPAN) return cluster.id * CLUSTER_SPAN + cluster.nextSeq++;
    if (cluster.overflow === undefined || cluster.overflow.nextSeq >= CLUSTER_SPAN) {
      cluster.overflow = this.strand();
      this.attach(cluster, this.day, cluster.overflow.id);
    }
    this.touch(cluster.overflow);
    return cluster.overflow.id * CLUSTER_SPAN + cluster.overflow.nextSeq++;
  }

  /** Says that a cluster changed, so that it is written with the commit. */
  touch(cluster: Cluster): void {
    cluster.changes++;
    if (cluster.dirty) return;
    cluster.dirty = true;
    this.#dirty.push(cluster);
    this.#byId.delete(cluster.id);
    this.#byId.set(cluster.id, cluster);
  }

  attach(session: Cluster, day: Day, cluster: number): void {
    this.#rows.attach(session.id, day, cluster);
  }

  alias(id: string, session: Cluster): void {
    this.#rows.alias(id, session.id);
    this.#named.set(id, session.id);
  }

  /** Makes one session part of another. Neither's records move. */
  merge(part: Cluster, whole: Cluster): void {
    part.partOf = whole.id;
    for (const cluster of this.#byId.values())
      if (cluster.partOf === part.id) cluster.partOf = whole.id;
    this.#rows.move(part.id, whole.id);
    for (const [name, id] of this.#named) if (id === part.id) this.#named.set(name, whole.id);
    if (part.sid !== undefined) this.alias(part.sid, whole);
    this.touch(part);
    this.unsettle(whole);
  }

  /** Says that a session's numbers can't be kept by adding up, and must be counted anew. */
  unsettle(session: Cluster): void {
    session.unsettled = true;
    this.touch(session);
    if (!this.#unsettled.has(session.id)) this.#unsettled.set(session.id, Date.now());
  }

  /** Sessions that have been waiting for a recount since then or longer. */
  *waiting(sinceMs: number): Generator<Cluster> {
    for (const [id, since] of this.#unsettled) {
      if (since > sinceMs) continue;
      const session = this.byId(id);
      if (session.partOf === 0 && session.unsettled) yield session;
      else this.#unsettled.delete(id);
    }
  }

  /** Takes over what a recount found; not final if the session changed meanwhile. */
  settle(session: Cluster, totals: Totals | undefined, final: boolean): void {
    // Let go and read again meanwhile: what was counted is not of this object any more, and it still waits.
    if (this.byId(session.id) !== session) return;
    if (totals !== undefined) session.totals = totals;
    this.#unsettled.delete(session.id);
    session.unsettled = false;
    this.touch(session);
    if (!final) this.unsettle(session);
  }

  /** Writes what changed; the sessions among them. */
  flush(): Cluster[] {
    for (const cluster of this.#dirty) {
      this.#rows.write(cluster);
      cluster.dirty = false;
    }
    const sessions = this.#dirty.filter(({ sid }) => sid !== undefined);
    this.#dirty.length = 0;
    return sessions;
  }

  /** Lets go of what was not changed for longest. Not within a commit: what is dirty exists nowhere else. */
  trim(): void {
    if (this.#byId.size <= KEPT * 1.25) return;
    for (const [id, { sid }] of this.#byId) {
      this.#byId.delete(id);
      if (sid !== undefined) this.#named.delete(sid);
      if (this.#byId.size <= KEPT) break;
    }
    if (this.#named.size > KEPT * 2) this.#named.clear();
  }

  #meet(sid: string): Cluster {
    const cluster = this.#find(sid) ?? this.#begin(sid);
    this.#named.set(sid, cluster.id);
    return this.whole(cluster.id);
  }

  #find(sid: string): Cluster | undefined {
    const own = this.#load(this.#rows.bySid(sid));
    if (own !== undefined) return own;
    const aliased = this.#rows.aliased(sid);
    return aliased === undefined ? this.#carryOn(sid) : this.byId(aliased);
  }

  #begin(sid: string): Cluster {
    const session = this.#add(sid, {});
    this.#named.set(sid, session.id);
    this.#onNew(session);
    return session;
  }

  #carryOn(id: string): Cluster | undefined {
    const past = this.#past.session(id);
    if (past === undefined) return undefined;
    const known = past.sid === id ? undefined : this.#load(this.#rows.bySid(past.sid));
    const session =
      known ??
      this.#add(past.sid, {
        since: past.since ?? past.day,
        door: past.door,
        unsettled: past.unsettled,
        seen: past.seen,
        totals: readTotals(past.totals),
        findings: past.findings,
      });
    this.#named.set(past.sid, session.id);
    for (const alias of past.aliases) this.alias(alias, session);
    return session;
  }

  #add(sid: string | undefined, carried: Partial<Cluster>): Cluster {
    const cluster: Cluster = {
      id: this.#next++,
      sid,
      since: undefined,
      door: false,
      partOf: 0,
      unsettled: false,
      nextSeq: 0,
      seen: 0,
      totals: noTotals(),
      findings: null,
      overflow: undefined,
      changes: 0,
      dirty: false,
      ...carried,
    };
    this.touch(cluster);
    if (cluster.unsettled) this.unsettle(cluster);
    return cluster;
  }

  #load(row: Readonly<Record<string, unknown>> | undefined): Cluster | undefined {
    if (row === undefined) return undefined;
    const known = this.#byId.get(Number(row["id"]));
    if (known !== undefined) return known;
    const cluster = clusterOfRow(row);
    this.#byId.set(cluster.id, cluster);
    if (cluster.sid !== undefined) this.#named.set(cluster.sid, cluster.id);
    return cluster;
  }
}
