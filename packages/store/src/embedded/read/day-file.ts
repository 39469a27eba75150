import { statSync } from "node:fs";
import type { DatabaseSync, SQLInputValue, SQLOutputValue, StatementSync } from "node:sqlite";
import { decodeResource, decodeScope } from "@throughline/core/otlp";
import { plainResource, plainScope, type Resource, type Scope } from "@throughline/core/record";
import type { Day } from "../days/day.ts";
import { connectReader, isDamage } from "../schema/connect.ts";

export type Row = Readonly<Record<string, unknown>>;

/** A day's file turned out to be damaged while it was read. */
export class DamagedDay extends Error {
  override readonly name = "DamagedDay";
  readonly day: Day;

  constructor(day: Day, cause: unknown) {
    super(`${day} is damaged: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
    this.day = day;
  }
}

/** A day was dropped or set aside while a question was at work on it: ask again. */
export class DayGone extends Error {
  override readonly name = "DayGone";
}

/** Resource and scope that records have in common. */
export interface Origin {
  readonly service: string;
  readonly resource: Resource;
  readonly scope: Scope;
}

const ORIGINS_KEPT = 4_096;
/** Queries of strangers bring conditions of their own. */
const STATEMENTS_KEPT = 256;

let openings = 0;

/** One day's database, open for reading. Each statement sees whole commits, and ends at once: no transaction stays open. */
export class DayFile {
  readonly day: Day;
  /** Tells this opening of the file from one before: a damaged file is set aside, and another takes its name. */
  readonly opening: number = ++openings;
  readonly #db: DatabaseSync;
  readonly #inode: number;
  readonly #statements = new Map<string, StatementSync>();
  readonly #origins = new Map<number, Origin>();
  #closed = false;

  constructor(day: Day, path: string) {
    this.day = day;
    this.#db = connectReader(path);
    this.#inode = statSync(path).ino;
  }

  /** Whether this is the file of that name; not once it was set aside and another one begun. */
  isStillAt(path: string): boolean {
    return statSync(path, { throwIfNoEntry: false })?.ino === this.#inode;
  }

  get(sql: string, ...parameters: SQLInputValue[]): Row | undefined {
    try {
      return this.#statement(sql).get(...parameters);
    } catch (error) {
      throw this.#explained(error);
    }
  }

  all(sql: string, ...parameters: SQLInputValue[]): Row[] {
    try {
      return this.#statement(sql).all(...parameters);
    } catch (error) {
      throw this.#explained(error);
    }
  }

  /** Rows as lists in the order of the columns: for many rows, half the time. */
  lists(sql: string, ...parameters: SQLInputValue[]): readonly SQLOutputValue[][] {
    try {
      const statement = this.#statement(sql);
      statement.setReturnArrays(true);
      // What the types do not know: an array of arrays now.
      return statement.all(...parameters) as unknown as SQLOutputValue[][];
    } catch (error) {
      throw this.#explained(error);
    }
  }

  /** Number of the last group commit in this file. */
  get commit(): number {
    return Number(this.get("select value from meta where key = 'commit'")?.["value"] ?? 0);
  }

  origin(id: number): Origin {
    let origin = this.#origins.get(id);
    if (origin === undefined) {
      if (this.#origins.size >= ORIGINS_KEPT) this.#origins.clear();
      origin = this.#readOrigin(id);
      this.#origins.set(id, origin);
    }
    return origin;
  }

  close(): void {
    this.#closed = true;
    this.#statements.clear();
    this.#db.close();
  }

  #readOrigin(id: number): Origin {
    const row = this.get(
      `select resource.service as service, resource.data as resource, scope.data as scope
       from origin join resource on resource.id = origin.resource join scope on scope.id = origin.scope
       where origin.id = ?`,
      id,
    );
    return {
      service: textOf(row?.["service"]),
      resource: plainResource(decodeResource(bytesOf(row?.["resource"]))),
      scope: plainScope(decodeScope(bytesOf(row?.["scope"]))),
    };
  }

  #statement(sql: string): StatementSync {
    if (this.#closed) throw new DayGone();
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      if (this.#statements.size >= STATEMENTS_KEPT) this.#statements.clear();
      statement = this.#db.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  #explained(error: unknown): unknown {
    return isDamage(error) ? new DamagedDay(this.day, error) : error;
  }
}

const NO_BYTES = new Uint8Array(0);

export function bytesOf(value: unknown): Uint8Array {
  return value instanceof Uint8Array ? value : NO_BYTES;
}

export function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** Ids of traces and spans as everybody writes them; empty for null. */
export function hexOf(value: unknown): string {
  if (!(value instanceof Uint8Array)) return "";
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("hex");
}
