import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Day } from "./day.ts";
import { filterOf, type KeyFilter } from "./key-filter.ts";

/** A session as an older day's file knows it. */
export interface PastSession {
  readonly day: Day;
  readonly cluster: number;
  readonly sid: string;
  /** First day, if that was an older one still. */
  readonly since: Day | undefined;
  readonly door: boolean;
  readonly unsettled: boolean;
  readonly seen: number;
  readonly totals: string;
  readonly findings: string | null;
  readonly aliases: readonly string[];
}

export interface PastTrace {
  readonly day: PastDay;
  readonly id: number;
  /** 0 none, 1 one, 2 several: then `sessions` names them all. */
  readonly belongs: number;
  readonly sessions: readonly string[];
  readonly linked: string | undefined;
  readonly counted: boolean;
  readonly derived: boolean;
  readonly targets: string | null;
  readonly strand: PastStrand | undefined;
}

export interface PastStrand {
  readonly cluster: number;
  readonly totals: string;
  /** Strands of older days that it went on from. */
  readonly parts: readonly { readonly day: Day; readonly cluster: number }[];
}

/**
 * The days before the current one, newest first. What crosses midnight is looked up here the first time it is met again, and
 * carried on in today's file from then on.
 */
export class Past {
  #days: readonly PastDay[];

  constructor(days: readonly { readonly day: Day; readonly db: DatabaseSync }[]) {
    this.#days = days
      .toSorted((one, other) => (one.day < other.day ? 1 : -1))
      .map(({ day, db }) => new PastDay(day, db));
  }

  get days(): readonly PastDay[] {
    return this.#days;
  }

  session(id: string): PastSession | undefined {
    for (const day of this.#days) {
      const found = day.session(id);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** A trace as each of the days knows it that do, newest first; by the 16 bytes of its id, as latin-1. */
  traces(key: string): readonly PastTrace[] {
    return this.#days.map((day) => day.trace(key)).filter((trace) => trace !== undefined);
  }

  /** Whether a request with this digest was taken; only the day before can still remember. */
  delivery(digest: Uint8Array): Readonly<Record<string, unknown>> | undefined {
    return this.#days[0]?.delivery(digest);
  }

  close(): void {
    for (const { db } of this.#days) db.close();
    this.#days = [];
  }
}

type Row = Readonly<Record<string, unknown>>;

export class PastDay {
  readonly day: Day;
  readonly db: DatabaseSync;
  readonly #filter: KeyFilter | undefined;
  readonly #bySid: StatementSync;
  readonly #byAlias: StatementSync;
  readonly #byCluster: StatementSync;
  readonly #aliases: StatementSync;
  readonly #trace: StatementSync;
  readonly #crossing: StatementSync;
  readonly #parts: StatementSync;
  readonly #delivery: StatementSync;

  constructor(day: Day, db: DatabaseSync) {
    this.day = day;
    this.db = db;
    this.#filter = filterOf(db);
    const columns = "id, sid, part_of, since, door, unsettled, seen, totals, findings";
    this.#bySid = db.prepare(`select ${columns} from session where sid = ?`);
    this.#byAlias = db.prepare("select session from alias where id = ?");
    this.#byCluster = db.prepare(`select ${columns} from session where id = ?`);
    this.#aliases = db.prepare("select id from alias where session = ?");
    this.#trace = db.prepare("select * from trace where trace_id = ?");
    this.#crossing = db.prepare("select session from crossing where trace = ?");
    this.#parts = db.prepare("select day, cluster from part where session = ?");
    this.#delivery = db.prepare("select * from delivery where digest = ?");
  }

  session(id: string): PastSession | undefined {
    if (this.#filter?.has(id) === false) return undefined;
    const row = this.#bySid.get(id) ?? this.#cluster(this.#byAlias.get(id)?.["session"]);
    const whole = this.#cluster(row?.["part_of"]) ?? row;
    if (whole === undefined) return undefined;
    const cluster = Number(whole["id"]);
    return {
      day: this.day,
      cluster,
      sid: String(whole["sid"]),
      since: typeof whole["since"] === "string" ? whole["since"] : undefined,
      door: whole["door"] === 1,
      unsettled: whole["unsettled"] === 1,
      seen: Number(whole["seen"]),
      totals: String(whole["totals"]),
      findings: typeof whole["findings"] === "string" ? whole["findings"] : null,
      aliases: this.#aliases.all(cluster).map((alias) => String(alias["id"])),
    };
  }

  trace(key: string): PastTrace | undefined {
    if (this.#filter?.has(key) === false) return undefined;
    const row = this.#trace.get(Buffer.from(key, "latin1"));
    if (row === undefined) return undefined;
    const id = Number(row["id"]);
    const strand = this.#cluster(row["strand"]);
    const homes =
      row["belongs"] === 2
        ? this.#crossing.all(id).map((crossing) => crossing["session"])
        : [row["home"]];
    return {
      day: this,
      id,
      belongs: Number(row["belongs"]),
      sessions: homes.map((home) => this.#sid(home)).filter((sid) => sid !== undefined),
      linked: this.#sid(row["linked"]),
      counted: row["counted"] === 1,
      derived: row["derived"] === 1,
      targets: typeof row["targets"] === "string" ? row["targets"] : null,
      strand: strand && this.#strand(strand),
    };
  }

  delivery(digest: Uint8Array): Row | undefined {
    return this.#delivery.get(digest);
  }

  #strand(row: Row): PastStrand {
    const cluster = Number(row["id"]);
    const parts = this.#parts.all(cluster);
    return {
      cluster,
      totals: String(row["totals"]),
      parts: parts.map((part) => ({ day: String(part["day"]), cluster: Number(part["cluster"]) })),
    };
  }

  #cluster(id: unknown): Row | undefined {
    return typeof id === "number" ? this.#byCluster.get(id) : undefined;
  }

  #sid(cluster: unknown): string | undefined {
    const row = this.#cluster(cluster);
    // Merging points every part straight at its whole, so this is one step.
    const sid = (this.#cluster(row?.["part_of"]) ?? row)?.["sid"];
    return typeof sid === "string" ? sid : undefined;
  }
}
