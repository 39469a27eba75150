/** `outage-runner.ts SUBJECT ENDPOINT SECONDS`: 100 steps of 5 spans a second, a KB each; the memory it took, as a message. */
import { text } from "./content.ts";
import type { SetUp } from "./subject.ts";

const [file = "", endpoint = "", seconds = "0"] = process.argv.slice(2);
const tickMs = 20;
const stepsPerTick = 2;

const { setUp } = (await import(file)) as { readonly setUp: SetUp };
const subject = await setUp(endpoint);
const content = text(5_000);

let steps = 0;
let peak = 0;
const before = process.memoryUsage().rss;
const ticks = (Number(seconds) * 1_000) / tickMs;
const began = performance.now();
for (let tick = 1; tick <= ticks; tick++) {
  for (let i = 0; i < stepsPerTick; i++, steps++) await subject.step(content);
  peak = Math.max(peak, process.memoryUsage().rss);
  const pause = began + tick * tickMs - performance.now();
  if (pause > 0) await new Promise((resolve) => setTimeout(resolve, pause));
}
const flushing = performance.now();
await subject.flush();
const report = {
  steps,
  megabytesBefore: before / 1e6,
  megabytesAtMost: peak / 1e6,
  flushMs: performance.now() - flushing,
};
process.send?.(report, () => process.exit(0));
