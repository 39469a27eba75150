import { existsSync } from "node:fs";
import type { Day } from "../days/day.ts";
import { pathOfDay } from "../days/files.ts";
import { UnreadableDay } from "../schema/connect.ts";
import { DayFile } from "./day-file.ts";

/** The days that can be read, newest first. Opened when first needed, closed when retention has dropped them. */
export class Days {
  readonly #directory: string;
  readonly #report: (day: Day, why: string) => void;
  readonly #open = new Map<Day, DayFile>();
  #known: readonly Day[] = [];
  /** Said once and left alone until the writer has dealt with it. */
  readonly #unreadable = new Set<Day>();

  constructor(directory: string, report: (day: Day, why: string) => void) {
    this.#directory = directory;
    this.#report = report;
  }

  /** The days there are now. */
  set(days: readonly Day[]): void {
    this.#known = days.toSorted().toReversed();
    for (const [day, file] of this.#open)
      if (!days.includes(day) || !file.isStillAt(pathOfDay(this.#directory, day))) this.#close(day);
    // Set aside by now, and another file may stand in its place.
    this.#unreadable.clear();
  }

  get all(): readonly DayFile[] {
    return this.#known.flatMap((day) => this.#file(day) ?? []);
  }

  at(day: Day): DayFile | undefined {
    return this.#known.includes(day) ? this.#file(day) : undefined;
  }

  /** Leaves a day out from now on. */
  drop(day: Day, why: string): void {
    this.#close(day);
    if (this.#unreadable.has(day)) return;
    this.#unreadable.add(day);
    this.#report(day, why);
  }

  close(): void {
    this.set([]);
  }

  #close(day: Day): void {
    this.#open.get(day)?.close();
    this.#open.delete(day);
  }

  #file(day: Day): DayFile | undefined {
    const open = this.#open.get(day);
    if (open !== undefined || this.#unreadable.has(day)) return open;
    const path = pathOfDay(this.#directory, day);
    // Dropped or set aside a moment ago; the news of it is on its way.
    if (!existsSync(path)) return undefined;
    try {
      const file = new DayFile(day, path);
      this.#open.set(day, file);
      return file;
    } catch (error) {
      if (!(error instanceof UnreadableDay) || error.reason !== "damaged") throw error;
      this.drop(day, error.message);
      return undefined;
    }
  }
}
