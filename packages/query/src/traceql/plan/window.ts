import type { Steps } from "../../metrics/steps.ts";
import { faultAt } from "../../text/places.ts";
import type { TraceqlQuery } from "../tree.ts";
import type { TraceqlPlan } from "./plan.ts";

const SECOND = 1_000_000_000n;
const ROUND_STEPS = [3_600n, 300n, 60n, 15n, 5n, 1n].map((seconds) => seconds * SECOND);
const FINE_STEP = 50_000_000n;
const WANTED_STEPS = 240n;
export const MAX_STEPS = 10_000;

/** The step Tempo chooses: a round one that gives about 240 of them. */
export function defaultStep(startNs: bigint, endNs: bigint): bigint {
  const range = endNs - startNs;
  const even = range / WANTED_STEPS;
  if (range >= 60n * SECOND) return ROUND_STEPS.find((step) => step <= even) ?? SECOND;
  return even <= FINE_STEP ? FINE_STEP : even - (even % FINE_STEP);
}

interface WindowOptions {
  readonly startNs: bigint;
  readonly endNs: bigint;
  readonly stepNs?: bigint;
  readonly instant?: boolean;
}

/**
 * Buckets (t - step, t] that carry their end as time. Start and end move outwards to whole steps, and one bucket goes
 * ahead, whose time is the start: so Tempo answers.
 */
export function metricSteps(
  query: TraceqlQuery,
  { endNs, instant = false, startNs, stepNs = defaultStep(startNs, endNs) }: WindowOptions,
): { steps: Steps; window: TraceqlPlan["window"] } {
  if (instant) {
    const steps = { firstNs: endNs, stepNs: endNs - startNs, count: 1 };
    return { steps, window: windowOf(steps) };
  }
  if (stepNs <= 0n) throw faultAt(query, "invalid", "the step must be longer than nothing");
  const firstNs = startNs - (startNs % stepNs);
  const lastNs = endNs % stepNs === 0n ? endNs : endNs - (endNs % stepNs) + stepNs;
  const count = Number((lastNs - firstNs) / stepNs) + 1;
  if (count > MAX_STEPS)
    throw faultAt(query, "invalid", `this range has more than ${MAX_STEPS} steps`);
  const steps = { firstNs, stepNs, count };
  return { steps, window: windowOf(steps) };
}

function windowOf({ count, firstNs, stepNs }: Steps): TraceqlPlan["window"] {
  return {
    startNs: firstNs - stepNs + 1n,
    endNs: firstNs + BigInt(count - 1) * stepNs + 1n,
  };
}
