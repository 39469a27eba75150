import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

import type { Sink } from "./sink-process.ts";
import { median, printTable, spread } from "./table.ts";
import type { Turns } from "./turns.ts";

export interface Contender {
  readonly name: string;
  /** Module with a `setUp`. */
  readonly file: string;
  /** How many spans a step arrives as; undefined for wires that the sink can't count. */
  readonly spansPerStep: number | undefined;
  /** Who writes the same records by other means. */
  readonly likeness?: string;
}

export interface Plan {
  readonly rounds: number;
  readonly steps: number;
  readonly contentBytes: number;
}

const capturing = {
  ...process.env,
  OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: "SPAN_ONLY",
};

/** What a runner says at its end. */
interface Report {
  readonly cpuMicros: number;
  readonly wallMicros: number;
  readonly peakMegabytes: number;
  /** Those it warmed up with included. */
  readonly allSteps: number;
}

interface Run {
  readonly cpuMicros: number;
  readonly wallMicros: number;
  readonly peakMegabytes: number;
  readonly wireBytes: number;
  readonly lost: number;
}

export interface Measured {
  readonly name: string;
  readonly likeness: string | undefined;
  readonly runs: readonly Run[];
}

export async function runRounds(
  contenders: readonly Contender[],
  sink: Sink,
  plan: Plan,
): Promise<Measured[]> {
  const measured = contenders.map(({ name, likeness }) => ({
    name,
    likeness,
    runs: [] as Run[],
  }));
  for (let round = 0; round < plan.rounds; round++) {
    for (const [i, contender] of contenders.entries()) {
      measured[i]!.runs.push(await runOnce(contender, sink, plan));
    }
  }
  return measured;
}

/** Plain OpenTelemetry and our delivery in one process, several times. */
export async function takeTurns(sink: Sink, plan: Plan): Promise<readonly (readonly Turns[])[]> {
  const runs: Turns[][] = [];
  for (let round = 0; round < plan.rounds; round++) {
    const file = fileURLToPath(new URL("turns.ts", import.meta.url));
    const child = fork(file, [sink.endpoint, String(plan.contentBytes)], { env: capturing });
    const [report] = (await once(child, "message")) as [Turns[]];
    runs.push(report);
    await sink.received();
  }
  return runs;
}

export function printTurns(title: string, runs: readonly (readonly Turns[])[]): void {
  const [base] = runs[0] ?? [];
  printTable(
    title,
    ["", "CPU µs/step", `× ${base?.name}`],
    (runs[0] ?? []).map(({ name }, party) => {
      const costs = runs.map((run) => run[party]?.cpuMicros ?? Number.NaN);
      const ratios = runs.map((run, i) => (costs[i] ?? 0) / (run[0]?.cpuMicros ?? Number.NaN));
      return [name, spread(costs, 1), spread(ratios, 2)];
    }),
  );
}

async function runOnce({ file, spansPerStep }: Contender, sink: Sink, plan: Plan): Promise<Run> {
  const { steps, contentBytes } = plan;
  const runner = fileURLToPath(new URL("runner.ts", import.meta.url));
  const child = fork(runner, [file, sink.endpoint, String(steps), String(contentBytes)], {
    env: capturing,
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const answer = once(child, "message") as Promise<[Report]>;
  const gone = once(child, "exit").then(() => undefined);
  const report = await Promise.race([answer, gone]);
  await gone;
  if (report === undefined) throw new Error(`${file} ended without a result`);
  const { spans, bytes } = await sink.received();
  const { cpuMicros, wallMicros, peakMegabytes, allSteps } = report[0];
  const lost =
    spansPerStep === undefined ? Number.NaN : Math.round(allSteps * spansPerStep) - spans;
  return {
    cpuMicros: cpuMicros / steps,
    wallMicros: wallMicros / steps,
    peakMegabytes,
    wireBytes: bytes / allSteps,
    lost,
  };
}

/** Ratios are taken within a round, where the machine was in the same mood, and then the median of them. */
export function printSteps(title: string, measured: readonly Measured[], base: string): void {
  const against = (runs: readonly Run[], other: string | undefined): string => {
    const others = measured.find(({ name }) => name === other)?.runs;
    if (others === undefined) return "";
    const ratios = runs.map((run, i) => run.cpuMicros / (others[i]?.cpuMicros ?? Number.NaN));
    return spread(ratios, 2);
  };
  printTable(
    title,
    [
      "",
      "CPU µs/step",
      `× ${base}`,
      "× plain, same records",
      "wall µs/step",
      "wire B/step",
      "peak MB",
      "spans lost",
    ],
    measured.map(({ name, likeness, runs }) => {
      const of = (pick: (run: Run) => number): number[] => runs.map(pick);
      return [
        name,
        spread(
          of((run) => run.cpuMicros),
          1,
        ),
        against(runs, base),
        against(runs, likeness),
        spread(
          of((run) => run.wallMicros),
          0,
        ),
        median(of((run) => run.wireBytes)).toFixed(0),
        median(of((run) => run.peakMegabytes)).toFixed(0),
        lost(of((run) => run.lost)),
      ];
    }),
  );
}

function lost(runs: readonly number[]): string {
  const total = runs.reduce((sum, run) => sum + run, 0);
  return Number.isNaN(total) ? "not counted" : String(total);
}
