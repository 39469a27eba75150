/**
 * `npm run bench -- ingest [--spans N] [--rounds N] [--peers] [--load N] [--seed N]`: what it costs to take in agent spans over HTTP
 * and make them durable, in batches of 500, 32 under way at once.
 *
 * Every server is a process of its own, and so is the sender; CPU and memory are the server's alone, as Linux counts them. The same
 * bytes to each, interleaved rounds, medians; servers whose turn it is not are stopped. `--peers` adds others (see `peers/`),
 * which are built or installed first; that can take an hour the first time. `--load` loads that many spans in one go instead and
 * tells how memory goes. Only ratios within one run mean anything.
 *
 * `npm run bench -- ingest store` compares the store without HTTP with what any store would have to do, and
 * `npm run bench -- ingest crash` kills a writer 20 times.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { printTable, spread } from "../sdk/table.ts";
import { crash } from "./crash.ts";
import { median, quantile } from "./load.ts";
import { peers } from "./peers.ts";
import { feed, openEach, type Opened, type Round } from "./over-http.ts";
import { bytesBelow, type Served, startRaw, startThroughline, stop } from "./served.ts";
import { compareStores } from "./stores.ts";

export async function run(args: string[]): Promise<void> {
  const { positionals, values } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      spans: { type: "string", default: "50000" },
      rounds: { type: "string", default: "5" },
      peers: { type: "boolean", default: false },
      load: { type: "string" },
      seed: { type: "string", default: "1" },
    },
  });
  const [spans, rounds, seed] = [values.spans, values.rounds, values.seed].map(Number) as [
    number,
    number,
    number,
  ];
  if (positionals[0] === "crash") return crash(seed);
  if (positionals[0] === "store") return compareStores(spans, rounds, seed);
  const directory = mkdtempSync(join(tmpdir(), "throughline-bench-"));
  const servers: Served[] = [];
  try {
    const ours = await startThroughline(directory);
    servers.push(ours);
    if (values.load !== undefined) return await loadMany(ours, Number(values.load), seed);
    servers.push(await startRaw(directory), await startRaw(directory, "zstd"));
    if (values.peers) servers.push(...(await startPeers(directory)));
    await compare(servers, spans, rounds, seed);
  } finally {
    await Promise.all(servers.map(stop));
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Those that this machine can build and start; of the others it says why not. */
async function startPeers(directory: string): Promise<readonly Served[]> {
  const started: Served[] = [];
  for (const start of peers)
    try {
      started.push(await start(directory));
    } catch (error) {
      console.error(`left out: ${error instanceof Error ? error.message : String(error)}`);
    }
  return started;
}

/** Rounds before those that count: compilers are still learning. */
const WARM_UP = 2;

async function compare(
  servers: readonly Served[],
  spans: number,
  rounds: number,
  seed: number,
): Promise<void> {
  const outcomes = servers.map((): Round[] => []);
  for (const { process } of servers) process.kill("SIGSTOP");
  for (let round = 0; round < rounds + WARM_UP; round++)
    for (const [index, server] of servers.entries())
      outcomes[index]?.push(await feed(server, spans * (server.share ?? 1), seed + round));
  const rows: string[][] = [];
  const bare = cpuOf(outcomes[servers.findIndex(({ open }) => open === undefined)] ?? []);
  for (const [index, server] of servers.entries()) {
    const all = outcomes[index] ?? [];
    const opened = await openEach(server, all);
    await stop(server);
    rows.push(rowOf(server, all, opened, bare));
  }
  printTable(
    `${spans} spans a round, ${rounds} rounds, medians [least … most]; CPU and memory of the server's process`,
    HEAD,
    rows,
  );
}

const HEAD = [
  "",
  "CPU µs/span",
  "× bare",
  "spans/s",
  "ack p50 ms",
  "ack p99 ms",
  "B/span",
  "of OTLP",
  "peak MB",
  "opens p50 ms",
];

function cpuOf(all: readonly Round[]): number {
  return median(all.slice(WARM_UP).map(({ cpuMicros }) => cpuMicros));
}

function rowOf(
  { directory, name, open }: Served,
  all: readonly Round[],
  opened: Opened,
  bare: number,
): string[] {
  const counted = all.slice(WARM_UP);
  const of = (read: (round: Round) => number): number => median(counted.map(read));
  const sum = (read: (round: Round) => number): number =>
    all.reduce((total, round) => total + read(round), 0);
  const disk = bytesBelow(directory);
  return [
    name,
    spread(
      counted.map(({ cpuMicros }) => cpuMicros),
      1,
    ),
    (cpuOf(all) / bare).toFixed(1),
    of(({ seconds, spans }) => spans / seconds).toFixed(0),
    of(({ latencies }) => quantile(latencies, 0.5)).toFixed(0),
    of(({ latencies }) => quantile(latencies, 0.99)).toFixed(0),
    (disk / sum(({ spans }) => spans)).toFixed(0),
    `${((disk / sum(({ bytes }) => bytes)) * 100).toFixed(0)} %`,
    (Math.max(...all.map(({ peakRss }) => peakRss)) / 1e6).toFixed(0),
    open === undefined ? "" : saidOf(opened, open.what),
  ];
}

const TENTHS = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1];

/** How memory goes while one server takes in many. */
async function loadMany(server: Served, spans: number, seed: number): Promise<void> {
  const round = await feed(server, spans, seed);
  const { bytes, cpuMicros, peakRss, rss, seconds } = round;
  const megabytes = (value: number): string => (value / 1e6).toFixed(0);
  await stop(server);
  printTable(
    `${spans} spans in one go: ${(spans / seconds).toFixed(0)} a second, ${cpuMicros.toFixed(1)} µs of CPU a span, ${((bytesBelow(server.directory) / bytes) * 100).toFixed(0)} % of OTLP on disk`,
    ["after", ...TENTHS.map((tenth) => `${tenth * 100} %`), "peak"],
    [
      [
        "resident MB",
        ...TENTHS.map((tenth) => megabytes(rss[Math.ceil(rss.length * tenth) - 1] ?? 0)),
        megabytes(peakRss),
      ],
    ],
  );
}

function saidOf({ missing, times }: Opened, what: string): string {
  const lost = missing === 0 ? "" : `, ${missing} not found`;
  return `${median(times).toFixed(1)} (${what}${lost})`;
}
