import { count } from "../health.ts";
import type { Step } from "./step.ts";

/** In no order, so that taking one out is a matter of its own place: two sets of them were a tenth of a step. */
const open: Step[] = [];

export function stepOpened(step: Step): void {
  // A session spans many calls, and nobody may ever end it: it is not work that could be interrupted.
  if (step.kind === "session") return;
  step.place = open.length;
  open.push(step);
}

export function stepClosed(step: Step): void {
  if (open[step.place] !== step) return;
  const last = open.pop();
  if (last === undefined || last === step) return;
  open[step.place] = last;
  last.place = step.place;
}

export function openSteps(): readonly Step[] {
  return open;
}

/**
 * Ends what is still open as interrupted, children before their parents, and says how much that was. For the end of the
 * process: a span that never ends is never exported.
 */
export function interruptOpenSteps(): number {
  const steps = open.toSorted((one, other) => other.order - one.order);
  for (const step of steps) {
    count("interruptedSteps");
    step.end("interrupted");
  }
  return steps.length;
}
