import { within } from "../context/carry.ts";
import { StepEnding } from "../step/ending.ts";
import { follow } from "../step/follow.ts";
import type { Step } from "../step/step.ts";

/** Runs the callback in the handle's step and ends the step with it. */
export function perform<H extends { readonly step: Step }, T>(
  handle: H,
  fn: (handle: H) => T,
  arrived?: (value: unknown) => void,
): T {
  const { step } = handle;
  return follow(() => within(step.context, fn, undefined, [handle]), new StepEnding(step, arrived));
}
