import { hash } from "node:crypto";
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { mergeTallies, sessionOfStrand, splitTarget } from "@throughline/core/membership";
import { addTotals, type Totals } from "@throughline/core/session";
import type { Day } from "../days/day.ts";
import type { Past } from "../days/past.ts";
import { CLUSTER_SPAN, RECORD_FLAGS } from "../schema/codes.ts";
import { Awaited } from "./awaited.ts";
import type { Cluster, Clusters } from "./clusters.ts";
import type { NoticedAlias, NoticedStrand } from "./protocol.ts";
import { clustersOf } from "./replay.ts";
import type { Trace, Traces } from "./traces.ts";

/** How far above a span in a trace of several sessions its session is looked for. */
const LEVELS_CLIMBED = 64;

/**
 * Which session a record's trace, door and id make it belong to, kept while records arrive.
 *
 * The rules are core/membership's. Here they become rows: a trace gets its home, a strand is attached, an alias is noted. What
 * can't be kept by adding up (a trace turns out to have several sessions, two sessions turn out to be one) marks the sessions
 * concerned for a recount.
 */
export class Belonging {
  readonly #db: DatabaseSync;
  readonly #day: Day;
  readonly #clusters: Clusters;
  readonly #traces: Traces;
  readonly #awaited: Awaited;
  readonly #detach: StatementSync;
  /** Traces of several sessions, awaited by others, that gained records. */
  readonly #tangled = new Set<string>();
  /** Since the last commit. */
  attached: NoticedStrand[] = [];
  aliases: NoticedAlias[] = [];

  constructor(db: DatabaseSync, day: Day, past: Past, clusters: Clusters, traces: Traces) {
    this.#db = db;
    this.#day = day;
    this.#clusters = clusters;
    this.#traces = traces;
    this.#awaited = new Awaited(db, past);
    this.#detach = db.prepare("delete from part where session = ? and day = ? and cluster = ?");
  }

  /** The session whose own door something came in through. */
  enter(door: string): Cluster {
    const session = this.#clusters.session(door);
    if (!session.door) {
      session.door = true;
      this.#clusters.touch(session);
    }
    return session;
  }

  /** The session that a record carries, which is the door's if it came in through one. */
  carried(id: string, door: Cluster | undefined): Cluster {
    if (door === undefined) return this.#clusters.session(id);
    const known = this.#clusters.known(id);
    if (known === door) return door;
    if (known === undefined) {
      this.#clusters.alias(id, door);
      this.aliases.push({ id, session: door.sid ?? "", merged: false });
      return door;
    }
    // Behind two doors it is called after the first of them in the order of strings, whichever came first.
    const [part, whole] =
      known.door && (known.sid ?? "") < (door.sid ?? "") ? [door, known] : [known, door];
    this.#clusters.merge(part, whole);
    this.aliases.push({ id: part.sid ?? "", session: whole.sid ?? "", merged: true });
    return whole;
  }

  /** A session is new: the trace derived from its id is its own, even if nothing in that trace says so. */
  begun(session: Cluster): void {
    const trace = this.#traces.at(derivedKey(session.sid ?? ""));
    if (trace.belongs !== 0) return;
    trace.derived = true;
    this.#adopt(trace, session);
  }

  /** The trace has a record that carries this session, or came in through its door. */
  join(trace: Trace, session: Cluster): void {
    if (trace.belongs === 1) {
      const home = this.#clusters.whole(trace.home);
      if (home === session) trace.derived = false;
      else if (trace.derived) this.#rehome(trace, home, session);
      else this.#split(trace, home, session);
    } else if (trace.belongs === 0) this.#adopt(trace, session);
    else this.#cross(trace, session);
  }

  /** A record of the trace comes in. */
  count(trace: Trace): void {
    if (trace.counted) return;
    trace.counted = true;
    this.#traces.touch(trace);
    if (trace.belongs !== 1) return;
    const home = this.#clusters.whole(trace.home);
    home.totals.traces++;
    this.#clusters.touch(home);
  }

  /** Where the trace's records without a session lie. */
  strand(trace: Trace): Cluster {
    if (trace.strand !== 0) return this.#clusters.byId(trace.strand);
    const strand = this.#clusters.strand();
    trace.strand = strand.id;
    this.#traces.touch(trace);
    if (trace.belongs === 0) strand.totals.traces = 1;
    for (const session of this.#owners(trace)) this.#attach(session, strand);
    return strand;
  }

  /** Records of several sessions' trace: whose they are, and where links to them lead, is found later. */
  unsettle(trace: Trace): void {
    if (this.#awaited.waiting(trace.key).length > 0) this.#tangled.add(trace.key);
    for (const session of this.#traces.crossing(trace)) this.#clusters.unsettle(session);
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

  #owners(trace: Trace): readonly Cluster[] {
    if (trace.belongs === 1) return [this.#clusters.whole(trace.home)];
    if (trace.belongs === 2) return this.#traces.crossing(trace);
    return trace.linked === 0 ? [] : [this.#clusters.whole(trace.linked)];
  }

  #adopt(trace: Trace, session: Cluster): void {
    const linked = trace.linked === 0 ? undefined : this.#clusters.whole(trace.linked);
    trace.belongs = 1;
    trace.home = session.id;
    trace.linked = 0;
    this.#traces.touch(trace);
    if (trace.strand !== 0) {
      const strand = this.#clusters.byId(trace.strand);
      if (linked === undefined) {
        addTotals(session.totals, strand.totals);
        this.#attach(session, strand);
        if (this.#traces.treeOf(trace).odd) this.#clusters.unsettle(session);
      } else if (linked === session) this.#clusters.unsettle(session);
      else {
        this.#release(linked, strand);
        this.#attach(session, strand);
        this.#clusters.unsettle(session);
      }
      this.#clusters.touch(session);
    } else if (trace.counted) {
      session.totals.traces++;
      this.#clusters.touch(session);
    }
    this.#settled(trace);
  }

  /** What was derived from a session's id turns out to be another session's. */
  #rehome(trace: Trace, from: Cluster, to: Cluster): void {
    trace.home = to.id;
    trace.derived = false;
    this.#traces.touch(trace);
    this.#clusters.unsettle(from);
    this.#clusters.unsettle(to);
    if (trace.strand !== 0) {
      const strand = this.#clusters.byId(trace.strand);
      this.#release(from, strand);
      this.#attach(to, strand);
    }
    this.#settled(trace);
  }

  #split(trace: Trace, home: Cluster, session: Cluster): void {
    trace.belongs = 2;
    trace.home = 0;
    this.#traces.touch(trace);
    this.#traces.cross(trace, home);
    this.#clusters.unsettle(home);
    this.#cross(trace, session);
    this.#settled(trace);
  }

  #cross(trace: Trace, session: Cluster): void {
    this.#traces.cross(trace, session);
    if (trace.strand !== 0) this.#attach(session, this.#clusters.byId(trace.strand));
    this.#clusters.unsettle(session);
    this.unsettle(trace);
  }

  /** Asks again whoever links to a trace of several sessions that gained records; whether there was one. */
  untangle(): boolean {
    const [key] = this.#tangled;
    if (key === undefined) return false;
    this.#tangled.delete(key);
    const trace = this.#traces.known(key);
    if (trace !== undefined) this.#settled(trace);
    return true;
  }

  /** Whoever links to a trace is asked again once its session is known, or unknown. */
  #settled(trace: Trace): void {
    for (const key of this.#awaited.waiting(trace.key)) {
      const waiting = this.#traces.known(key);
      if (waiting?.belongs === 0) this.#lead(waiting);
    }
  }

  #lead(trace: Trace): void {
    const sid = sessionOfStrand({ sessions: [], targets: trace.targets }, (target) =>
      this.#sessionAt(target),
    );
    const before = trace.linked === 0 ? undefined : this.#clusters.whole(trace.linked);
    const after = sid === undefined ? undefined : this.#clusters.session(sid);
    if (before === after) return;
    const strand = this.strand(trace);
    if (before !== undefined) this.#release(before, strand);
    trace.linked = after?.id ?? 0;
    this.#traces.touch(trace);
    if (after === undefined) return;
    addTotals(after.totals, linkedOnly(strand.totals));
    this.#attach(after, strand);
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
    const find = this.#db.prepare(
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

  #attach(session: Cluster, strand: Cluster): void {
    this.#clusters.attach(session, this.#day, strand.id);
    this.#clusters.touch(session);
    if (session.sid !== undefined)
      this.attached.push({
        session: session.sid,
        day: this.#day,
        cluster: strand.id,
        before: strand.nextSeq,
      });
  }

  #release(session: Cluster, strand: Cluster): void {
    this.#detach.run(session.id, this.#day, strand.id);
    this.#clusters.unsettle(session);
  }
}

/** The trace id that core's sessionRoot derives, by Node's own hash: this happens once a session, and costs a tenth. */
function derivedKey(sid: string): string {
  return hash("sha256", sid, "buffer").toString("latin1", 0, 16);
}

function linkedOnly(totals: Totals): Totals {
  const { inherited, joined, linked } = totals.membership;
  const membership = { carried: 0, inherited: 0, joined: 0, linked: inherited + joined + linked };
  return { ...totals, membership };
}

function keyOf(target: string): string {
  return Buffer.from(splitTarget(target)[0], "hex").toString("latin1");
}
