/** An answer with everything taken out that may differ: order, statistics, exemplars; times count from `base`. */
export interface Answer {
  readonly status: number;
  /** Sorted. Numbers in them are compared with a tolerance. */
  readonly rows: readonly Row[];
}

export type Row = readonly (string | number)[];

export interface Window {
  /** Epoch seconds. */
  readonly start: number;
  readonly end: number;
  readonly base: bigint;
}

const STEP_S = 60;

/** `url` is a Tempo's. */
export async function askTraceql(url: string, query: string, window: Window): Promise<Answer> {
  const isMetric = /\|\s*(?:\w+_over_time|rate|compare)\(/.test(query);
  const address = new URL(`${url}/api/${isMetric ? "metrics/query_range" : "search"}`);
  set(address, { q: query, start: window.start, end: window.end });
  if (isMetric) set(address, { step: STEP_S, exemplars: 0 });
  else set(address, { limit: 1_000, spss: 100 });
  const { body, status } = await fetchJson(address);
  const rows = isMetric ? metricRows(body, window) : searchRows(body, window);
  return { status, rows: sorted(rows) };
}

/** `url` is a Loki's. */
export async function askLogql(url: string, query: string, window: Window): Promise<Answer> {
  const address = new URL(`${url}/loki/api/v1/query_range`);
  set(address, { query, start: `${window.start}000000000`, end: `${window.end}000000000` });
  set(address, { step: STEP_S, limit: 5_000, direction: "forward" });
  const { body, status } = await fetchJson(address);
  return { status, rows: sorted(lokiRows(body, window)) };
}

function set(address: URL, parameters: Readonly<Record<string, string | number>>): void {
  for (const [key, value] of Object.entries(parameters))
    address.searchParams.set(key, String(value));
}

// What the engines answer is looked into as it is: a shape that is not there throws, and the query is reported.
// oxlint-disable-next-line typescript/no-explicit-any
type Json = any;

async function fetchJson(address: URL): Promise<{ status: number; body: Json }> {
  const response = await fetch(address, { signal: AbortSignal.timeout(60_000) });
  const text = await response.text();
  return { status: response.status, body: response.status === 200 ? JSON.parse(text) : undefined };
}

function searchRows(body: Json, { base }: Window): Row[] {
  return (body?.traces ?? []).flatMap((trace: Json) => {
    const { traceID, rootServiceName = "", rootTraceName = "", durationMs = 0 } = trace;
    const id = String(traceID).padStart(32, "0");
    const head = [
      id,
      rootServiceName,
      rootTraceName.startsWith("<") ? "" : rootTraceName,
      since(trace.startTimeUnixNano, base),
    ];
    return [
      ["trace", ...head, durationMs, stats(trace.serviceStats)],
      ...(trace.spanSets ?? []).flatMap((set: Json) => {
        const about = labels(set.attributes);
        return [
          ["set", id, about, set.matched ?? 0],
          ...(set.spans ?? []).map((span: Json) => [
            "span",
            id,
            about,
            String(span.spanID).padStart(16, "0"),
            span.name ?? "",
            since(span.startTimeUnixNano, base),
            String(span.durationNanos ?? "0"),
            labels(span.attributes),
          ]),
        ];
      }),
    ];
  });
}

function stats(services: Json): string {
  return JSON.stringify(
    Object.entries(services ?? {})
      .map(([name, { spanCount = 0, errorCount = 0 }]: [string, Json]) => [
        name,
        spanCount,
        errorCount,
      ])
      .toSorted(byText),
  );
}

function metricRows(body: Json, { base }: Window): Row[] {
  return (body?.series ?? []).flatMap((series: Json) =>
    (series.samples ?? []).map((sample: Json) => [
      labels(series.labels),
      since(`${sample.timestampMs ?? 0}000000`, base),
      Number(sample.value ?? 0),
    ]),
  );
}

function labels(pairs: Json): string {
  return JSON.stringify(
    (pairs ?? [])
      .map(({ key, value }: Json) => [key, Object.values(value ?? {}).map(String)])
      .toSorted(),
  );
}

function lokiRows(body: Json, { base }: Window): Row[] {
  const { result = [], resultType } = body?.data ?? {};
  if (resultType === "scalar") return [result.map(Number)];
  return result.flatMap((one: Json) => {
    const pairs = Object.entries<string>(one.stream ?? one.metric ?? {});
    // Why a line could not be read everybody says in their own words, or not at all.
    const told = pairs.filter(([name]) => name !== "__error_details__");
    const about = JSON.stringify(told.toSorted(byText));
    return (one.values ?? [one.value]).map(([time, value]: [string | number, string]) =>
      resultType === "streams"
        ? [about, since(String(time), base), value]
        : [about, since(`${Math.round(Number(time) * 1_000)}000000`, base), Number(value)],
    );
  });
}

function since(nanos: string, base: bigint): string {
  return String(BigInt(nanos ?? 0) - base);
}

function sorted(rows: readonly Row[]): readonly Row[] {
  return rows.toSorted(byText);
}

function byText(one: unknown, other: unknown): number {
  return JSON.stringify(one) < JSON.stringify(other) ? -1 : 1;
}

const RELATIVE = 1e-9;

/** Where the answers differ, for people; undefined where they are equal. */
export function difference(ours: Answer, theirs: Answer): string | undefined {
  if (ours.status !== theirs.status) return `status ${ours.status}, there ${theirs.status}`;
  const equal =
    ours.rows.length === theirs.rows.length &&
    ours.rows.every((row, index) => same(row, theirs.rows[index] ?? []));
  if (equal) return undefined;
  return `${ours.rows.length} rows, there ${theirs.rows.length}: ${only(ours, theirs)}`;
}

/** The first rows that only one of them has, without what those have in common. */
function only(ours: Answer, theirs: Answer): string {
  const [here, there] = [ours, theirs].map(
    ({ rows }) => new Set(rows.map((row) => JSON.stringify(row))),
  );
  const mine = ours.rows.find((row) => there?.has(JSON.stringify(row)) === false) ?? [];
  const other = theirs.rows.find((row) => here?.has(JSON.stringify(row)) === false) ?? [];
  return apart(mine, other);
}

function apart(mine: Row, other: Row): string {
  const cells = Array.from({ length: Math.max(mine.length, other.length) }, (_, at) =>
    sameCell(mine[at] ?? "", other[at]) ? "=" : cellsApart(mine[at], other[at]),
  );
  return cells.join(" ; ");
}

function cellsApart(mine: string | number | undefined, other: string | number | undefined): string {
  const [here, there] = [mine, other].map(labelsIn);
  if (here === undefined || there === undefined) return `${mine} <> ${other}`;
  const lacking = (some: readonly string[], all: readonly string[]): string =>
    some.filter((pair) => !all.includes(pair)).join(" ");
  return `${lacking(here, there)} <> ${lacking(there, here)}`;
}

function labelsIn(cell: string | number | undefined): readonly string[] | undefined {
  if (typeof cell !== "string" || !cell.startsWith("[[")) return undefined;
  return JSON.parse(cell).map((pair: unknown) => JSON.stringify(pair));
}

function same(one: Row, other: Row): boolean {
  return one.length === other.length && one.every((cell, index) => sameCell(cell, other[index]));
}

function sameCell(one: string | number, other: string | number | undefined): boolean {
  if (typeof one !== "number" || typeof other !== "number") return one === other;
  if (Object.is(one, other) || one === other) return true;
  return Math.abs(one - other) <= RELATIVE * Math.max(Math.abs(one), Math.abs(other));
}
