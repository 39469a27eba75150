import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

import { Sink } from "./sink-process.ts";
import type { Mood } from "./sink.ts";
import type { Contender } from "./steps.ts";
import { printTable } from "./table.ts";

const goodSeconds = 4;
const badSeconds = 12;
const moods: readonly Mood[] = ["away", "503", "silent"];

interface Report {
  readonly steps: number;
  readonly megabytesBefore: number;
  readonly megabytesAtMost: number;
  readonly flushMs: number;
}

/** A collector that is bad for 12 seconds of 20, at 500 spans a second; who loses what, and how much memory that takes. */
export async function measureOutage(contenders: readonly Contender[]): Promise<void> {
  const pairs = contenders.flatMap((contender) => moods.map((mood) => ({ contender, mood })));
  // Side by side: at this rate nobody is busy.
  const rows = await Promise.all(pairs.map(({ contender, mood }) => run(contender, mood)));
  printTable(
    `${badSeconds} s of outage at 500 spans a second`,
    ["", "collector", "spans made", "lost", "lost %", "MB before", "MB at most", "flush ms"],
    rows,
  );
}

async function run(contender: Contender, mood: Mood): Promise<readonly string[]> {
  const sink = await Sink.start();
  const runner = fileURLToPath(new URL("outage-runner.ts", import.meta.url));
  const seconds = String(2 * goodSeconds + badSeconds);
  const child = fork(runner, [contender.file, sink.endpoint, seconds], {
    env: { ...process.env, OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: "SPAN_ONLY" },
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
  const answer = once(child, "message") as Promise<[Report]>;
  await pause(goodSeconds);
  sink.become(mood);
  await pause(badSeconds);
  sink.become("good");
  const [{ steps, megabytesBefore, megabytesAtMost, flushMs }] = await answer;
  const { spans } = await sink.received();
  sink.stop();
  const made = steps * (contender.spansPerStep ?? 0);
  return [
    contender.name,
    mood,
    String(made),
    String(made - spans),
    (((made - spans) / made) * 100).toFixed(1),
    megabytesBefore.toFixed(0),
    megabytesAtMost.toFixed(0),
    flushMs.toFixed(0),
  ];
}

function pause(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1_000));
}
