/** A line as Loki's API tells it. */
export interface LogLine {
  readonly timeNs: bigint;
  readonly line: string;
  /** Those of the stream, and what is stored or extracted beside the line, in one. */
  readonly labels: Readonly<Record<string, string>>;
}

/** Lines of an answer or of a message of the tail, oldest first. */
export function linesIn(streams: unknown): LogLine[] {
  if (!Array.isArray(streams)) return [];
  return streams.flatMap(linesOf).toSorted(byTime);
}

function linesOf(stream: unknown): LogLine[] {
  if (typeof stream !== "object" || stream === null || !("values" in stream)) return [];
  const labels = "stream" in stream ? textsIn(stream.stream) : {};
  if (!Array.isArray(stream.values)) return [];
  return stream.values.flatMap((value: unknown) => {
    const [time, line, more] = Array.isArray(value) ? (value as unknown[]) : [];
    if (typeof time !== "string" || !/^\d{1,19}$/.test(time) || typeof line !== "string") return [];
    const stored = typeof more === "object" && more !== null ? Object.values(more) : [];
    const all = Object.assign(
      Object.create(null),
      labels,
      ...stored.map(textsIn),
    ) as LogLine["labels"];
    return [{ timeNs: BigInt(time), line, labels: all }];
  });
}

function textsIn(value: unknown): Record<string, string> {
  const texts = Object.create(null) as Record<string, string>;
  if (typeof value !== "object" || value === null) return texts;
  for (const [key, text] of Object.entries(value)) if (typeof text === "string") texts[key] = text;
  return texts;
}

export function byTime(one: LogLine, other: LogLine): number {
  return one.timeNs < other.timeNs ? -1 : one.timeNs > other.timeNs ? 1 : 0;
}

/** Equal for lines that nothing tells apart. What Loki adds at a reading is no part of the line. */
export function keyOf({ labels, line, timeNs }: LogLine): string {
  const told = Object.entries(labels).filter(([name]) => !addedByReading.test(name));
  const sorted = told.toSorted(([one], [other]) => (one < other ? -1 : 1));
  return JSON.stringify([String(timeNs), line, sorted]);
}

const addedByReading = /^(?:__|in_line_\d)/;
