import { type Labels, streamOf, streamTest } from "@throughline/query/logql";
import type { StreamFound, StreamList, StreamQuery } from "../../telemetry.ts";
import type { DayFile } from "../read/day-file.ts";
import type { Pace } from "../read/pace.ts";
import type { Reader } from "../read/reader.ts";
import { CLUSTER_SPAN } from "../schema/codes.ts";
import { candidatesFor, outOfTime } from "./candidates.ts";

/** The streams of a window with the number of their entries, from narrow rows alone. */
export async function logStreams(
  { days }: Reader,
  { selectors, window }: StreamQuery,
  pace: Pace,
): Promise<StreamList> {
  if (window.endNs <= window.startNs) return { streams: [], records: 0, bytes: 0 };
  const { candidates } = await candidatesFor(days, window, undefined, pace);
  const tests = selectors.map(streamTest);
  const streams = new Streams((labels) => tests.length === 0 || tests.some((test) => test(labels)));
  const from = Number(window.startNs / 1000n);
  const to = Number((window.endNs - 1n) / 1000n);
  let looked = 0;
  for (const { cluster, file } of candidates) {
    if (pace.spent) break;
    const first = cluster * CLUSTER_SPAN;
    for (const [origin, entries] of file.lists(
      "select origin, count(*) from log where id >= ? and id < ? and time >= ? and time <= ? group by origin",
      first,
      first + CLUSTER_SPAN,
      from,
      to,
    ))
      streams.add(file, Number(origin), Number(entries));
    looked++;
    await pace.rest();
  }
  return {
    streams: streams.all,
    records: streams.entries,
    bytes: 0,
    ...(pace.spent && { partial: outOfTime(looked, candidates.length) }),
  };
}

class Streams {
  entries = 0;
  readonly #selects: (labels: Labels) => boolean;
  readonly #found = new Map<string, { labels: Labels; entries: number; bytes: number }>();
  readonly #keys = new Map<DayFile, Map<number, string | undefined>>();
  readonly #sizes = new Map<DayFile, number>();

  constructor(selects: (labels: Labels) => boolean) {
    this.#selects = selects;
  }

  get all(): readonly StreamFound[] {
    return [...this.#found.values()];
  }

  add(file: DayFile, origin: number, entries: number): void {
    this.entries += entries;
    const stream = this.#found.get(this.#keyOf(file, origin) ?? "");
    if (stream === undefined) return;
    stream.entries += entries;
    stream.bytes += Math.round(entries * this.#sizeIn(file));
  }

  /** Of the stream that an origin's records are in; undefined where it is not selected. */
  #keyOf(file: DayFile, origin: number): string | undefined {
    let keys = this.#keys.get(file);
    if (keys === undefined) this.#keys.set(file, (keys = new Map()));
    if (keys.has(origin)) return keys.get(origin);
    const labels = streamOf(file.origin(origin).resource);
    const key = this.#selects(labels)
      ? JSON.stringify([...labels].toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : undefined;
    keys.set(origin, key);
    if (key !== undefined && !this.#found.has(key))
      this.#found.set(key, { labels, entries: 0, bytes: 0 });
    return key;
  }

  /** Bytes of a record of this day, on average. */
  #sizeIn(file: DayFile): number {
    let size = this.#sizes.get(file);
    if (size === undefined) {
      const blocks = Number(file.get("select sum(bytes) as sum from block")?.["sum"] ?? 0);
      const spans = Number(file.get("select count(*) as count from span")?.["count"] ?? 0);
      const logs = Number(file.get("select count(*) as count from log")?.["count"] ?? 0);
      size = blocks / Math.max(spans + logs, 1);
      this.#sizes.set(file, size);
    }
    return size;
  }
}
