/**
 * What the command line costs before it does anything, on the built package, against Node's own start; and how soon a line that
 * the server has sent is on the screen.
 *
 *   npm run build && npm run bench -- cli [ROUNDS]
 */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { firstLines } from "./first-line.ts";
import { ended } from "./spawned.ts";
import { line, spread, type Measured } from "./spread.ts";

const bin = fileURLToPath(new URL("../../packages/cli/dist/bin.js", import.meta.url));

export async function run([asked]: string[]): Promise<void> {
  if (!existsSync(bin)) {
    console.error("There is no built package. Build it first: npm run build -- cli");
    process.exit(2);
  }
  const rounds = Number(asked ?? 30);
  await starts(rounds);
  console.log("");
  await firstLines(bin, Math.max(5, Math.ceil(rounds / 3)));
}

async function starts(rounds: number): Promise<void> {
  const subjects = new Map<string, readonly string[]>([
    ["node, an empty program", ["-e", "0"]],
    ["throughline version", [bin, "version"]],
    ["throughline --help", [bin, "--help"]],
    ["throughline show --help", [bin, "show", "--help"]],
  ]);
  const times = new Map<string, number[]>([...subjects.keys()].map((name) => [name, []]));
  for (let round = -2; round < rounds; round++)
    for (const [name, args] of subjects) {
      const ms = await ended(args);
      // Two rounds for the caches of the system.
      if (round >= 0) times.get(name)?.push(ms);
    }
  const measured = new Map<string, Measured>([...times].map(([name, all]) => [name, spread(all)]));
  const bare = measured.get("node, an empty program")?.median ?? 0;
  console.log(`Start to end of the process, median of ${rounds} interleaved rounds (ms)`);
  for (const [name, each] of measured)
    console.log(
      line(
        name,
        each,
        `${(each.median / bare).toFixed(2)} ×`,
        `+${(each.median - bare).toFixed(1)}`,
      ),
    );
}
