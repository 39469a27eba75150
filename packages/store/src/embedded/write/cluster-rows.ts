import type { DatabaseSync, StatementSync } from "node:sqlite";
import { summaryOf, type Totals } from "@throughline/core/session";
import type { Day } from "../days/day.ts";
import { SUMMARY_COLUMNS, summaryValues } from "../schema/session-row.ts";
import { readTotals, writeTotals } from "./totals-text.ts";

/** A session or a strand of the current day. */
export interface Cluster {
  readonly id: number;
  /** Undefined for strands. */
  readonly sid: string | undefined;
  readonly since: Day | undefined;
  door: boolean;
  /** The cluster that this one turned out to be part of; 0: none. */
  partOf: number;
  unsettled: boolean;
  nextSeq: number;
  seen: number;
  totals: Totals;
  findings: string | null;
  /** Where its records go once it holds 2^20. */
  overflow: Cluster | undefined;
  /** Counts up with every change. */
  changes: number;
  dirty: boolean;
}

type Row = Readonly<Record<string, unknown>>;

/** The rows of sessions, strands, aliases and parts. */
export class ClusterRows {
  readonly #bySid: StatementSync;
  readonly #byAlias: StatementSync;
  readonly #byId: StatementSync;
  readonly #upsert: StatementSync;
  readonly #addAlias: StatementSync;
  readonly #moveAliases: StatementSync;
  readonly #moveParts: StatementSync;
  readonly #attach: StatementSync;
  readonly #lastId: StatementSync;
  readonly #unsettled: StatementSync;

  constructor(db: DatabaseSync) {
    this.#bySid = db.prepare("select * from session where sid = ?");
    this.#byAlias = db.prepare("select session from alias where id = ?");
    this.#byId = db.prepare("select * from session where id = ?");
    this.#upsert = db.prepare(upsertText());
    this.#addAlias = db.prepare("insert or replace into alias (id, session) values (?, ?)");
    this.#moveAliases = db.prepare("update alias set session = ? where session = ?");
    this.#moveParts = db.prepare("update session set part_of = ? where part_of = ?");
    this.#attach = db.prepare(
      "insert or ignore into part (session, day, cluster) values (?, ?, ?)",
    );
    this.#lastId = db.prepare("select max(id) as id from session");
    this.#unsettled = db.prepare("select id from session where unsettled = 1");
  }

  get lastId(): number {
    return Number(this.#lastId.get()?.["id"] ?? 0);
  }

  get unsettled(): number[] {
    return this.#unsettled.all().map(({ id }) => Number(id));
  }

  bySid(sid: string): Row | undefined {
    return this.#bySid.get(sid);
  }

  byId(id: number): Row | undefined {
    return this.#byId.get(id);
  }

  /** The cluster of the session that an alias means. */
  aliased(id: string): number | undefined {
    const session = this.#byAlias.get(id)?.["session"];
    return typeof session === "number" ? session : undefined;
  }

  alias(id: string, session: number): void {
    this.#addAlias.run(id, session);
  }

  attach(session: number, day: Day, cluster: number): void {
    this.#attach.run(session, day, cluster);
  }

  /** What was part of one cluster, by name or by row, is part of the other. */
  move(from: number, to: number): void {
    this.#moveParts.run(to, from);
    this.#moveAliases.run(to, from);
  }

  write(cluster: Cluster): void {
    this.#upsert.run(
      cluster.id,
      cluster.sid ?? null,
      cluster.partOf === 0 ? null : cluster.partOf,
      cluster.since ?? null,
      cluster.door ? 1 : 0,
      cluster.unsettled ? 1 : 0,
      cluster.nextSeq,
      cluster.seen,
      writeTotals(cluster.totals),
      cluster.findings,
      ...summaryValues(summaryOf(cluster.totals)),
    );
  }
}

export function clusterOfRow(row: Row): Cluster {
  return {
    id: Number(row["id"]),
    sid: typeof row["sid"] === "string" ? row["sid"] : undefined,
    since: typeof row["since"] === "string" ? row["since"] : undefined,
    door: row["door"] === 1,
    partOf: Number(row["part_of"] ?? 0),
    unsettled: row["unsettled"] === 1,
    nextSeq: Number(row["next_seq"]),
    seen: Number(row["seen"]),
    totals: readTotals(String(row["totals"])),
    findings: typeof row["findings"] === "string" ? row["findings"] : null,
    overflow: undefined,
    changes: 0,
    dirty: false,
  };
}

function upsertText(): string {
  const fixed = ["id", "sid", "part_of", "since"];
  const changing = [
    "door",
    "unsettled",
    "next_seq",
    "seen",
    "totals",
    "findings",
    ...SUMMARY_COLUMNS,
  ];
  const columns = [...fixed, ...changing];
  const sets = ["part_of", ...changing].map((column) => `${column} = excluded.${column}`);
  return `insert into session (${columns.join(", ")}) values (${columns.map(() => "?").join(", ")})
    on conflict (id) do update set ${sets.join(", ")}`;
}
