/**
 * `npm run bench -- sdk-import [--rounds 15]`: what importing the built SDK adds to a program that has imported the
 * OpenTelemetry API. One process a measurement, with and without taking turns.
 */
import { execFileSync } from "node:child_process";
import { parseArgs } from "node:util";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

const program = (modules: readonly string[]): string => `
  await import("@opentelemetry/api");
  const began = performance.now();
  for (const name of ${JSON.stringify(modules)}) await import(name);
  process.stdout.write(String(performance.now() - began));
`;

export async function run(args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options: { rounds: { type: "string", default: "15" } } });
  execFileSync(process.execPath, [`${root}scripts/build.ts`, "core", "sdk"], { stdio: "pipe" });
  const subjects: [name: string, modules: string[], times: number[]][] = [
    ["@throughline/sdk", ["@throughline/sdk"], []],
    ["@throughline/sdk and /start", ["@throughline/sdk", "@throughline/sdk/start"], []],
  ];
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const [, modules, times] of subjects) times.push(measure(modules));
  }
  console.log("ms over the bare @opentelemetry/api: median [fastest … slowest]");
  for (const [name, , times] of subjects) {
    const [low, middle, high] = spread(times);
    console.log(`${name.padEnd(30)} ${middle} [${low} … ${high}]`);
  }
}

function measure(modules: readonly string[]): number {
  const output = execFileSync(
    process.execPath,
    ["--input-type=module", "--eval", program(modules)],
    // Without the condition that leads to the sources: what is measured is what hosts install.
    { cwd: `${root}packages/sdk`, encoding: "utf8", env: { PATH: process.env["PATH"] } },
  );
  return Number(output);
}

function spread(times: readonly number[]): [low: string, middle: string, high: string] {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number): string =>
    (sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN).toFixed(1);
  return [at(0), at(0.5), at(1)];
}
