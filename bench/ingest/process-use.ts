import { readFileSync } from "node:fs";

/** What Linux says of a whole process: all its threads, nobody else's. */
export interface ProcessUse {
  readonly cpuSeconds: number;
  readonly rss: number;
  /** The largest it ever was. */
  readonly peakRss: number;
}

/** The kernel counts in these, on every machine that Node runs on. */
const TICKS_PER_SECOND = 100;

export function processUse(pid: number): ProcessUse {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  // The name of the program, in brackets, may hold blanks: count from behind it.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const kilobytes = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(status)?.[1] ?? Number.NaN);
  return {
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND,
    rss: kilobytes("VmRSS") * 1024,
    peakRss: kilobytes("VmHWM") * 1024,
  };
}
