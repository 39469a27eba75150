import type { DatabaseSync } from "node:sqlite";
import { type Day, dayOf, startOfDay } from "../days/day.ts";
import { daysIn, pathOfDay, removeDay, setDayAside, sizeOfDay } from "../days/files.ts";
import { filterOf, sealDay } from "../days/key-filter.ts";
import { Past } from "../days/past.ts";
import {
  connectReader,
  connectWriter,
  isDamage,
  UnreadableDay,
  versionOf,
} from "../schema/connect.ts";
import { SCHEMA_VERSION } from "../schema/day-schema.ts";
import { DayWriter, type Tools } from "./day-writer.ts";
import type { WriterSettings } from "./protocol.ts";

const DAY_MS = 86_400_000;

/** The days' files: the one that is written, those before it, and when they come and go. */
export class Calendar {
  readonly #settings: WriterSettings;
  readonly #tools: Tools;
  readonly #report: (line: string) => void;
  #past: Past;
  #today: DayWriter;
  #days: Day[];

  constructor(settings: WriterSettings, tools: Tools, report: (line: string) => void) {
    this.#settings = settings;
    this.#tools = tools;
    this.#report = report;
    this.#days = daysIn(settings.directory);
    // A clock that went back must not reopen a day that is closed.
    const day = [this.#days.at(-1) ?? "", dayOf(Date.now())].toSorted().at(-1) ?? "";
    this.#past = this.#openPast(day);
    this.#today = this.#openToday(day, this.#past);
  }

  get today(): DayWriter {
    return this.#today;
  }

  get past(): Past {
    return this.#past;
  }

  /** Oldest first. */
  get days(): readonly Day[] {
    return this.#days;
  }

  /** Begins a new day's file once the old day is over; whether it did. Between groups only. */
  turn(nowMs: number): boolean {
    const day = dayOf(nowMs);
    if (day <= this.#today.day) return false;
    sealDay(this.#today.db);
    // The new day first: if it can't begin, because the disk is full, the old one is still there to go on with.
    const past = this.#openPast(day);
    let today: DayWriter;
    try {
      today = this.#openToday(day, past);
    } catch (error) {
      past.close();
      throw error;
    }
    this.#closeToday();
    this.#past.close();
    this.#past = past;
    this.#today = today;
    this.retain(nowMs);
    return true;
  }

  /** Drops days that are too old or too much; whether there were any. */
  retain(nowMs: number): boolean {
    const { directory, maxBytes, retentionMs } = this.#settings;
    const old = this.#days.filter((day) => day < this.#today.day);
    const drop = old.filter(
      (day) => retentionMs !== null && startOfDay(day) + DAY_MS < nowMs - retentionMs,
    );
    if (maxBytes !== null) {
      const sizes = new Map(this.#days.map((day) => [day, sizeOfDay(directory, day)]));
      let bytes = 0;
      for (const [day, size] of sizes) if (!drop.includes(day)) bytes += size;
      for (const day of old) {
        if (bytes <= maxBytes) break;
        if (drop.includes(day)) continue;
        drop.push(day);
        bytes -= sizes.get(day) ?? 0;
      }
    }
    if (drop.length === 0) return false;
    this.#past.close();
    for (const day of drop) {
      removeDay(directory, day);
      this.#report(`dropped ${day}: older or larger than is kept`);
    }
    this.#days = this.#days.filter((day) => !drop.includes(day));
    this.#past = this.#openPast(this.#today.day);
    this.renew();
    return true;
  }

  /** Forgets everything that is remembered of today, and starts again from the file. */
  renew(): void {
    const { day, db } = this.#today;
    if (db.isTransaction) db.exec("rollback");
    this.#today = new DayWriter(db, day, this.#past, this.#tools);
  }

  /** Puts a damaged day out of the way; today begins anew. */
  setAside(day: Day, why: string): void {
    const { directory } = this.#settings;
    const today = this.#today.day;
    if (day === today) closeQuietly(this.#today.db);
    this.#past.close();
    const where = setDayAside(directory, day);
    this.#report(`${day} is damaged (${why}); set aside as ${where}, everything else is served`);
    this.#days = this.#days.filter((each) => each !== day);
    this.#past = this.#openPast(today);
    if (day === today) this.#today = this.#openToday(today, this.#past);
    else this.renew();
  }

  close(): void {
    this.#closeToday();
    this.#past.close();
  }

  #closeToday(): void {
    const { db } = this.#today;
    try {
      // Leaves one file, whole by itself.
      db.exec("pragma wal_checkpoint(truncate)");
    } catch (error) {
      this.#report(`could not tidy up ${this.#today.day}: ${String(error)}`);
    }
    db.close();
  }

  #openPast(today: Day): Past {
    const days: { day: Day; db: DatabaseSync }[] = [];
    for (const day of this.#days) {
      if (day >= today) continue;
      const path = pathOfDay(this.#settings.directory, day);
      const db = this.#reading(day, () => openSealed(path, this.#report));
      if (db !== undefined) days.push({ day, db });
    }
    this.#days = [...days.map(({ day }) => day), ...this.#days.filter((day) => day >= today)];
    return new Past(days);
  }

  #openToday(day: Day, past: Past): DayWriter {
    const { directory, maxPages } = this.#settings;
    const open = (): DayWriter => {
      const db = connectWriter(pathOfDay(directory, day));
      try {
        if (maxPages !== null) db.exec(`pragma max_page_count = ${maxPages}`);
        db.prepare("insert or ignore into meta (key, value) values ('day', ?)").run(day);
        return new DayWriter(db, day, past, this.#tools);
      } catch (error) {
        closeQuietly(db);
        throw error;
      }
    };
    const writer = this.#reading(day, open) ?? open();
    if (!this.#days.includes(day)) this.#days = [...this.#days, day].toSorted();
    return writer;
  }

  /** Opens a day's file, or sets it aside if it can't be read. */
  #reading<T>(day: Day, open: () => T): T | undefined {
    try {
      return open();
    } catch (error) {
      const damaged = error instanceof UnreadableDay ? error.reason === "damaged" : isDamage(error);
      if (!damaged) throw error;
      const where = setDayAside(this.#settings.directory, day);
      this.#report(`${String(error)} It is set aside as ${where}; everything else is served.`);
      return undefined;
    }
  }
}

/** A day of an older layout is brought up to date, and one whose writer did not live to seal it is sealed. */
function openSealed(path: string, report: (line: string) => void): DatabaseSync {
  const db = connectReader(path);
  if (versionOf(db) === SCHEMA_VERSION && filterOf(db) !== undefined) return db;
  db.close();
  const writer = connectWriter(path);
  try {
    sealDay(writer);
  } catch (error) {
    if (isDamage(error)) throw error;
    // It is only slower to look into without.
    report(`could not seal ${path}: ${String(error)}`);
  } finally {
    writer.close();
  }
  return connectReader(path);
}

function closeQuietly(db: DatabaseSync): void {
  try {
    db.close();
  } catch {
    // Closing a damaged file may fail; its handle is given up all the same.
  }
}
