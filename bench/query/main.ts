/**
 * `npm run bench -- query [--spans N] [--rounds N] [--seed N]`: what people ask of traces and logs, in the protocols of Tempo and
 * Loki, put to the embedded backend and to real Tempo and Loki (where Go can build them), on the same data.
 *
 * 700,000 spans and 350,000 log lines of agents are sent over OTLP to each. Then each is asked the same questions in turn, in
 * interleaved rounds; only ratios within one run mean anything.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { parseArgs } from "node:util";
import { numbers } from "../lib/seeded.ts";
import { median, printTable, spread } from "../sdk/table.ts";
import { asked, type Question, questions } from "./questions.ts";
import type { StartSubject, Subject } from "./subject.ts";
import { start as startEmbedded } from "./subjects/embedded.ts";
import { start as startEngines } from "./subjects/engines.ts";
import { telemetry } from "./telemetry.ts";

const starters: readonly StartSubject[] = [startEmbedded, startEngines];

export async function run(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      spans: { type: "string", default: "700000" },
      rounds: { type: "string", default: "5" },
      seed: { type: "string", default: "1" },
    },
  });
  const directory = mkdtempSync(join(tmpdir(), "throughline-bench-query-"));
  const subjects: Subject[] = [];
  try {
    for (const start of starters) {
      const subject = await start(directory);
      if (subject !== undefined) subjects.push(subject);
    }
    const from = Math.floor(Date.now() / 1_000) - 3_600;
    const sessions = await fill(subjects, Number(values.spans), Number(values.seed));
    for (const subject of subjects) await subject.settled();
    const to = Math.floor(Date.now() / 1_000) + 1;
    await compare(subjects, sessions, [from, to], Number(values.rounds), Number(values.seed));
  } finally {
    for (const subject of subjects) await subject.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Requests that wait for their acknowledgement at once. */
const AT_ONCE = 8;

async function fill(
  subjects: readonly Subject[],
  spans: number,
  seed: number,
): Promise<readonly string[]> {
  const sessions = new Set<string>();
  const pending = new Set<Promise<void>>();
  const began = performance.now();
  let records = 0;
  for (const batch of telemetry(spans, seed, sessions)) {
    records += batch.records;
    for (const { logs, name, traces } of subjects)
      for (const [url, body] of [
        [traces, batch.traces],
        [logs, batch.logs],
      ] as const) {
        const sent = send(name, url, body).finally(() => pending.delete(sent));
        pending.add(sent);
        if (pending.size >= AT_ONCE) await Promise.race(pending);
      }
  }
  await Promise.all(pending);
  const seconds = ((performance.now() - began) / 1_000).toFixed(0);
  console.log(`${records} records of ${sessions.size} sessions sent to each in ${seconds} s`);
  return [...sessions];
}

const MOST_TRIES = 60;

/** Again after a second where it is told that there is too much at the moment. */
async function send(name: string, url: string, body: Uint8Array): Promise<void> {
  for (let tries = 1; ; tries++) {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/x-protobuf" },
      body: new Uint8Array(body),
    });
    const text = await response.text();
    if (response.ok) return;
    const passes = response.status === 429 || response.status === 503;
    if (!passes || tries === MOST_TRIES)
      throw new Error(`${name} refused what was sent: ${response.status} ${text}`);
    await wait(1_000);
  }
}

interface Measured {
  readonly times: number[];
  found: number;
}

async function compare(
  subjects: readonly Subject[],
  sessions: readonly string[],
  [from, to]: readonly [number, number],
  rounds: number,
  seed: number,
): Promise<void> {
  const random = numbers(seed + 17);
  const measured = new Map<string, Measured>();
  const of = (question: Question, { name }: Subject): Measured => {
    const key = `${question.name} ${name}`;
    const known = measured.get(key) ?? { times: [], found: 0 };
    measured.set(key, known);
    return known;
  };
  // One round more: in the first the compiler is still learning and the caches are empty.
  for (let round = 0; round <= rounds; round++)
    for (const question of questions)
      for (let time = 0; time < question.times; time++) {
        const about = asked(random, sessions, from, to);
        for (const subject of subjects) {
          const began = performance.now();
          const found = question.count(await ask(question.url(subject, about)));
          if (round === 0) continue;
          const known = of(question, subject);
          known.times.push(performance.now() - began);
          known.found += found;
        }
      }
  const [first, ...others] = subjects;
  if (first === undefined) return;
  printTable(
    `milliseconds, median [least … most] of ${rounds} rounds; found: traces, lines or series in all answers`,
    [
      "",
      ...subjects.flatMap(({ name }) => [name, "found"]),
      ...others.map(({ name }) => `${name} ×`),
    ],
    questions.map((question) => {
      const base = median(of(question, first).times);
      return [
        question.name,
        ...subjects.flatMap((subject) => {
          const { found, times } = of(question, subject);
          return [spread(times, 1), String(found)];
        }),
        ...others.map((subject) => (median(of(question, subject).times) / base).toFixed(2)),
      ];
    }),
  );
}

async function ask(url: string): Promise<unknown> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${response.status} ${await response.text()} (${url})`);
  return response.json();
}
