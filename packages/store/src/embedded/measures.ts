import { statSync } from "node:fs";
import type { StoreMeasures } from "../measures.ts";
import { pathOfDay, sizeOfDay } from "./days/files.ts";
import type { EmbeddedWriter } from "./open.ts";
import type { Lane } from "./read/lane.ts";

/** Read when somebody asks, so that measuring costs nothing in between. */
export function measuresOf(writing: EmbeddedWriter, lookUps: Lane, scans: Lane): StoreMeasures {
  const { directory } = writing;
  return {
    onCommit: (listener) => writing.onMeasure(listener),
    queue: () => writing.waiting(),
    files() {
      const days = writing.days();
      const sum = (sizeOf: (day: string) => number): number =>
        days.reduce((bytes, day) => bytes + sizeOf(day), 0);
      return {
        days: days.length,
        bytes: sum((day) => sizeOfDay(directory, day)),
        walBytes: sum((day) => walOf(pathOfDay(directory, day))),
      };
    },
    readers: () => ({ lookups: lookUps.load, scans: scans.load }),
  };
}

function walOf(path: string): number {
  return statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0;
}
