/** A UTC day by its name, `2026-11-20`: sorts as text, reads as a date, names a file. */
export type Day = string;

const FILE = /^(\d{4}-\d{2}-\d{2})\.db$/;

export function dayOf(epochMs: number): Day {
  return new Date(epochMs).toISOString().slice(0, 10);
}

export function fileOfDay(day: Day): string {
  return `${day}.db`;
}

/** Undefined for everything else that lies in the directory: locks, files set aside, a stranger's. */
export function dayOfFile(name: string): Day | undefined {
  return FILE.exec(name)?.[1];
}

export function startOfDay(day: Day): number {
  return Date.parse(`${day}T00:00:00Z`);
}
