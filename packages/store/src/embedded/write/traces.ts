import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Past, PastTrace } from "../days/past.ts";
import type { Cluster, Clusters } from "./clusters.ts";
import { replayTrace } from "./replay.ts";
import { SpanTree } from "./span-tree.ts";
import { readTotals } from "./totals-text.ts";

/** Memory for the trees of traces between commits; the others are built again from their rows. */
const TREE_BYTES = 24 * 1024 * 1024;
const KEPT = 20_000;
/** A trace of more sessions than this is a shared worker's: whom its records without a session belong to is left open. */
export const CROSSING_KEPT = 64;

/** Where a trace's links point, as core's tally keeps it. */
export type Targets = readonly string[] | "many";

export interface Trace {
  readonly id: number;
  /** The 16 bytes of its id, as latin-1. */
  readonly key: string;
  /** 0 no session, 1 one (`home`), 2 several. */
  belongs: 0 | 1 | 2;
  home: number;
  /** Cluster of its records without a session; 0 while there are none. */
  strand: number;
  /** Session that a trace without one is linked to; 0: none. */
  linked: number;
  /** Clusters of its sessions when they are several, once they were asked for. */
  crossing: readonly number[] | undefined;
  /** Whether any record of it came in. */
  counted: boolean;
  /** Whether nothing but its id, derived from the session's, says whose it is. */
  derived: boolean;
  targets: Targets;
  /** Made when a record of it comes in. */
  tree: SpanTree | undefined;
  /** Whether there may be rows of it, which the tree is then built from. */
  readonly stored: boolean;
  /** What older days know of it, newest first. */
  readonly before: readonly PastTrace[];
  dirty: boolean;
}

/** Traces met on the current day. */
export class Traces {
  readonly #db: DatabaseSync;
  readonly #past: Past;
  readonly #clusters: Clusters;
  #next: number;
  readonly #byKey = new Map<string, Trace>();
  readonly #dirty: Trace[] = [];
  readonly #find: StatementSync;
  readonly #upsert: StatementSync;
  readonly #cross: StatementSync;
  readonly #crossing: StatementSync;

  constructor(db: DatabaseSync, past: Past, clusters: Clusters) {
    this.#db = db;
    this.#past = past;
    this.#clusters = clusters;
    this.#next = Number(db.prepare("select max(id) as id from trace").get()?.["id"] ?? 0) + 1;
    this.#find = db.prepare("select * from trace where trace_id = ?");
    this.#cross = db.prepare("insert or ignore into crossing (trace, session) values (?, ?)");
    this.#crossing = db.prepare("select session from crossing where trace = ? limit ?");
    this.#upsert = db.prepare(
      `insert into trace
         (id, trace_id, home, belongs, strand, linked, counted, derived, targets)
       values (?, ?, ?, ?, ?, ?, ?, ?, ?)
       on conflict (id) do update set home = excluded.home, belongs = excluded.belongs,
         strand = excluded.strand, linked = excluded.linked, counted = excluded.counted,
         derived = excluded.derived, targets = excluded.targets`,
    );
  }

  /** The trace with this id, made if need be. */
  at(key: string): Trace {
    return this.known(key) ?? this.#add(key, {});
  }

  known(key: string): Trace | undefined {
    return this.#byKey.get(key) ?? this.#load(key);
  }

  /** Says that a trace of several sessions has records of this one. */
  cross(trace: Trace, session: Cluster): void {
    if (trace.crossing?.includes(session.id) === true) return;
    this.#cross.run(trace.id, session.id);
    trace.crossing = undefined;
  }

  /** The sessions that a trace of several has records of: some of them, if they are very many. */
  crossing(trace: Trace): Cluster[] {
    trace.crossing ??= this.#crossing
      .all(trace.id, CROSSING_KEPT)
      .map((row) => Number(row["session"]));
    return trace.crossing.map((session) => this.#clusters.whole(session));
  }

  treeOf(trace: Trace): SpanTree {
    if (trace.tree === undefined) {
      const tree = new SpanTree();
      for (const { day, id } of trace.before.toReversed()) replayTrace(day.db, id, tree);
      if (trace.stored) replayTrace(this.#db, trace.id, tree);
      trace.tree = tree;
    }
    return trace.tree;
  }

  touch(trace: Trace): void {
    if (trace.dirty) return;
    trace.dirty = true;
    this.#dirty.push(trace);
    this.#byKey.delete(trace.key);
    this.#byKey.set(trace.key, trace);
  }

  flush(): void {
    for (const trace of this.#dirty) {
      trace.dirty = false;
      this.#upsert.run(
        trace.id,
        Buffer.from(trace.key, "latin1"),
        trace.home === 0 ? null : trace.home,
        trace.belongs,
        trace.strand === 0 ? null : trace.strand,
        trace.linked === 0 ? null : trace.linked,
        trace.counted ? 1 : 0,
        trace.derived ? 1 : 0,
        trace.targets.length === 0 ? null : JSON.stringify(trace.targets),
      );
    }
    this.#dirty.length = 0;
  }

  /** Lets go of what was not touched for longest. Not within a commit. */
  trim(): void {
    let bytes = 0;
    for (const { tree } of this.#byKey.values()) bytes += tree?.bytes ?? 0;
    for (const [key, { tree }] of this.#byKey) {
      if (bytes <= TREE_BYTES && this.#byKey.size <= KEPT) break;
      bytes -= tree?.bytes ?? 0;
      this.#byKey.delete(key);
    }
  }

  #add(key: string, known: Partial<Trace>): Trace {
    const trace: Trace = {
      id: this.#next++,
      key,
      belongs: 0,
      home: 0,
      strand: 0,
      linked: 0,
      crossing: undefined,
      counted: false,
      derived: false,
      targets: [],
      tree: undefined,
      stored: false,
      before: [],
      dirty: false,
      ...known,
    };
    this.touch(trace);
    return trace;
  }

  #load(key: string): Trace | undefined {
    const row = this.#find.get(Buffer.from(key, "latin1"));
    const before = this.#past.traces(key);
    if (row === undefined) return before[0] && this.#carryOn(key, before[0], before);
    const trace: Trace = {
      id: Number(row["id"]),
      key,
      belongs: readBelongs(row["belongs"]),
      home: Number(row["home"] ?? 0),
      strand: Number(row["strand"] ?? 0),
      linked: Number(row["linked"] ?? 0),
      crossing: undefined,
      counted: row["counted"] === 1,
      derived: row["derived"] === 1,
      targets: readTargets(row["targets"]),
      tree: undefined,
      stored: true,
      before,
      dirty: false,
    };
    this.#byKey.set(key, trace);
    return trace;
  }

  #carryOn(key: string, last: PastTrace, before: readonly PastTrace[]): Trace {
    const sessions = last.sessions.map((sid) => this.#clusters.session(sid));
    const trace = this.#add(key, {
      belongs: readBelongs(last.belongs),
      home: last.belongs === 1 ? (sessions[0]?.id ?? 0) : 0,
      linked: last.linked === undefined ? 0 : this.#clusters.session(last.linked).id,
      counted: last.counted,
      derived: last.derived,
      targets: readTargets(last.targets),
      before,
    });
    if (trace.belongs === 2) for (const session of sessions) this.cross(trace, session);
    if (trace.belongs === 0 && last.strand !== undefined) {
      const strand = this.#clusters.strand();
      strand.totals = readTotals(last.strand.totals);
      trace.strand = strand.id;
      this.#clusters.attach(strand, last.day.day, last.strand.cluster);
      for (const part of last.strand.parts) this.#clusters.attach(strand, part.day, part.cluster);
      if (trace.linked !== 0) {
        const session = this.#clusters.byId(trace.linked);
        this.#clusters.attach(session, this.#clusters.day, strand.id);
      }
    }
    return trace;
  }
}

function readBelongs(value: unknown): Trace["belongs"] {
  return value === 1 || value === 2 ? value : 0;
}

function readTargets(text: unknown): Targets {
  const parsed: unknown = typeof text === "string" ? JSON.parse(text) : [];
  if (parsed === "many") return parsed;
  return Array.isArray(parsed) ? parsed.filter((target) => typeof target === "string") : [];
}
