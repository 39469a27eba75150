import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { serve, type Serving } from "@throughline/server";
import { type EmbeddedHome, openEmbeddedHome } from "@throughline/store";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningLoki, startLoki } from "../loki.ts";
import { versions } from "../prepare.ts";
import { type RunningTempo, startTempo } from "../tempo.ts";
import { type Answer, askLogql, askTraceql, difference, type Window } from "./ask.ts";
import { corpus } from "./corpus.ts";
import { knownDifferences } from "./known.ts";
import { logs } from "./logs.ts";
import { Random } from "./random.ts";
import { isSampled, sampledDifference } from "./sampled.ts";
import { traces } from "./spans.ts";

/** Of the queries that both answer, so many have equal answers; docs/differences.md has the rest. */
const EQUAL = { traceql: 0.94, logql: 0.95 };

const HOUR_S = 3_600;
let tempo: RunningTempo;
let loki: RunningLoki;
let directory: string;
let home: EmbeddedHome;
let server: Serving;
let window: Window;

beforeAll(async () => {
  [tempo, loki] = await Promise.all([startTempo({ fromBlocks: true }), startLoki()]);
  directory = await mkdtemp(join(tmpdir(), "throughline-differential-"));
  home = await openEmbeddedHome({ directory });
  server = await serve({ ...home, port: 0, grpcPort: 0, version: "0.0.0-test" });
  // The hour before this one: whole minutes, and nothing of it is still to come.
  const start = (Math.floor(Date.now() / 1000 / HOUR_S) - 1) * HOUR_S;
  const base = BigInt(start) * 1_000_000_000n;
  window = { start, end: start + 2_700, base };
  const spans = traces(new Random(7), base);
  const lines = logs(new Random(11), base);
  await send(`${server.url}/v1/traces`, spans);
  await send(`${server.url}/v1/logs`, lines);
  await send(`${tempo.otlp}/v1/traces`, spans);
  await send(`${loki.url}/otlp/v1/logs`, lines);
  await settled();
});

afterAll(async () => {
  await server.close();
  await home.close();
  await rm(directory, { recursive: true, force: true });
  await Promise.all([tempo.stop(), loki.stop()]);
});

async function send(url: string, body: Uint8Array<ArrayBuffer>): Promise<void> {
  const headers = { "content-type": "application/x-protobuf" };
  const { ok, status } = await fetch(url, { method: "POST", headers, body });
  if (!ok) throw new Error(`${url} refused with ${status}`);
}

/** Tempo answers from blocks, which it writes some seconds later: until it shows every span. */
async function settled(): Promise<void> {
  const sent = await askTraceql(`${server.url}/tempo`, "{}", window);
  for (let tries = 0; tries < 60; tries++) {
    const { rows } = await askTraceql(tempo.url, "{}", window);
    if (rows.length === sent.rows.length) return;
    await sleep(2_000);
  }
  throw new Error("Tempo never showed what it was sent");
}

test.each([
  ["traceql", () => compare("traceql", (url, query) => askTraceql(url, query, window))],
  ["logql", () => compare("logql", (url, query) => askLogql(url, query, window))],
] as const)(
  "%s: the embedded store answers as the engine does, but for what is listed",
  async (language, run) => {
    const { answered, different, equal } = await run();
    const unlisted = different.filter(({ query }) => !knownDifferences.has(query));
    expect(unlisted).toEqual([]);
    expect(answered).toBeGreaterThanOrEqual(150);
    expect(equal / answered).toBeGreaterThanOrEqual(EQUAL[language]);
  },
);

interface Compared {
  /** By both. */
  readonly answered: number;
  readonly equal: number;
  readonly different: readonly { readonly query: string; readonly how: string }[];
}

async function compare(
  language: "traceql" | "logql",
  ask: (url: string, query: string) => Promise<Answer>,
): Promise<Compared> {
  const [ours, theirs] =
    language === "traceql" ? [`${server.url}/tempo`, tempo.url] : [server.url, loki.url];
  const different: { query: string; how: string }[] = [];
  let answered = 0;
  let equal = 0;
  for (const query of corpus(language)) {
    const [here, there] = await Promise.all([ask(ours, query), ask(theirs, query)]);
    const how = isSampled(query) ? sampledDifference(here, there) : difference(here, there);
    if (here.status === 200 && there.status === 200) answered++;
    if (how === undefined && here.status === 200) equal++;
    if (how !== undefined) different.push({ query, how });
  }
  const version = language === "traceql" ? versions.tempo : versions.loki;
  process.stderr.write(`${language}: ${equal} of ${answered} equal to ${version}\n`);
  return { answered, equal, different };
}
