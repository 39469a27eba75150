/** `runner.ts SUBJECT ENDPOINT STEPS CONTENT_BYTES`: one subject's steps, fully delivered; what they cost, as JSON on stdout. */
import { text } from "./content.ts";
import type { SetUp } from "./subject.ts";

const [file = "", endpoint = "", steps = "0", contentBytes = "0"] = process.argv.slice(2);
const stepsPerFlush = 50;
/** V8 goes on compiling for the first 12,000 to 16,000 steps, whoever is measured. The slowest peers need not make as many. */
const warmUp = { steps: 20_000, ms: 5_000 };

const { setUp } = (await import(file)) as { readonly setUp: SetUp };
const subject = await setUp(endpoint);
const content = Number(contentBytes) > 0 ? text(Number(contentBytes)) : undefined;

// Compilers and connections settle first: a long-lived agent is what is measured.
const warm = await runSteps(warmUp.steps, warmUp.ms);
const cpu = process.cpuUsage();
const wall = performance.now();
await runSteps(Number(steps));
const { user, system } = process.cpuUsage(cpu);
const report = {
  cpuMicros: user + system,
  wallMicros: (performance.now() - wall) * 1_000,
  peakMegabytes: process.resourceUsage().maxRSS / 1_024,
  allSteps: warm + Number(steps),
};
// Some peers keep the process alive, and some log to stdout.
process.send?.(report, () => process.exit(0));

async function runSteps(count: number, withinMs = Infinity): Promise<number> {
  const until = performance.now() + withinMs;
  let done = 0;
  while (done < count && (done % stepsPerFlush !== 0 || performance.now() < until)) {
    await subject.step(content);
    if (++done % stepsPerFlush === 0) await subject.flush();
  }
  await subject.flush();
  return done;
}
