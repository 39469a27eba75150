import { existsSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { type Day, dayOfFile, fileOfDay } from "./day.ts";

/** SQLite keeps a day in up to three files. */
const TAILS = ["", "-wal", "-shm"] as const;

export function pathOfDay(directory: string, day: Day): string {
  return join(directory, fileOfDay(day));
}

/** The days there are, oldest first. */
export function daysIn(directory: string): Day[] {
  return readdirSync(directory)
    .map(dayOfFile)
    .filter((day) => day !== undefined)
    .toSorted();
}

export function sizeOfDay(directory: string, day: Day): number {
  const path = pathOfDay(directory, day);
  let bytes = 0;
  for (const tail of TAILS) bytes += statSync(path + tail, { throwIfNoEntry: false })?.size ?? 0;
  return bytes;
}

export function removeDay(directory: string, day: Day): void {
  const path = pathOfDay(directory, day);
  for (const tail of TAILS) rmSync(path + tail, { force: true });
}

/** Moves a day's files out of the way, keeping what they hold; where to. */
export function setDayAside(directory: string, day: Day): string {
  const path = pathOfDay(directory, day);
  let aside = `${path}.damaged`;
  for (let n = 2; existsSync(aside); n++) aside = `${path}.damaged-${n}`;
  // A log that can't be read is damage too, so it goes along.
  for (const tail of TAILS) if (existsSync(path + tail)) renameSync(path + tail, aside + tail);
  return aside;
}
