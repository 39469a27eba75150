import type { IncomingHttpHeaders } from "node:http";
import type { Labels, LogqlLine } from "@throughline/query/logql";

/** Whether the client wants stored and extracted labels apart from those of the stream. */
export function categorizes(headers: IncomingHttpHeaders): boolean {
  const said = headers["x-loki-response-encoding-flags"] ?? [];
  const flags = typeof said === "string" ? said.split(",") : said;
  return flags.some((flag) => flag.trim() === "categorize-labels");
}

type Value = readonly [time: string, line: string, labels?: object];

export interface StreamJson {
  readonly stream: Readonly<Record<string, string>>;
  readonly values: Value[];
}

/** Lines under the labels they share: those of the stream alone when categorized, else all that the line has. */
export function streamsJson(lines: readonly LogqlLine[], categorized: boolean): StreamJson[] {
  const streams = new Map<string, StreamJson>();
  for (const { line, metadata, parsed, stream, timeNs } of lines) {
    const labels = categorized ? [stream] : [stream, metadata, parsed];
    const shown = objectOf(...labels);
    const key = JSON.stringify(shown);
    let known = streams.get(key);
    if (known === undefined) streams.set(key, (known = { stream: shown, values: [] }));
    const time = String(timeNs);
    known.values.push(categorized ? [time, line, categories(metadata, parsed)] : [time, line]);
  }
  return [...streams.values()];
}

function categories(metadata: Labels, parsed: Labels): object {
  return {
    ...(metadata.size > 0 && { structuredMetadata: objectOf(metadata) }),
    ...(parsed.size > 0 && { parsed: objectOf(parsed) }),
  };
}

/** In the order of the names; a later one hides an earlier one of its name. */
export function objectOf(...labels: readonly Labels[]): Readonly<Record<string, string>> {
  const all = new Map(labels.flatMap((each) => [...each]));
  const result = Object.create(null) as Record<string, string>;
  for (const [name, value] of [...all].toSorted(([one], [other]) => (one < other ? -1 : 1)))
    result[name] = value;
  return result;
}

/** At most one line of a stream in so many nanoseconds. */
export function spaced(lines: readonly LogqlLine[], intervalNs: bigint): readonly LogqlLine[] {
  if (intervalNs <= 0n) return lines;
  const last = new Map<string, bigint>();
  return lines.filter(({ stream, timeNs }) => {
    const key = JSON.stringify([...stream]);
    const before = last.get(key);
    const distance = before === undefined ? intervalNs : timeNs - before;
    if ((distance < 0n ? -distance : distance) < intervalNs) return false;
    last.set(key, timeNs);
    return true;
  });
}
