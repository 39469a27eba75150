import { count } from "../health.ts";
import type { Step } from "./step.ts";

const open = new Set<Step>();

export function stepOpened(step: Step): void {
  // A session spans many calls, and nobody may ever end it: it is not work that could be interrupted.
  if (step.kind !== "session") open.add(step);
}

export function stepClosed(step: Step): void {
  open.delete(step);
}

/**
 * Ends what is still open as interrupted, children before their parents, and says how much that was. For the end of the
 * process: a span that never ends is never exported.
 */
export function interruptOpenSteps(): number {
  const steps = [...open].toReversed();
  for (const step of steps) {
    count("interruptedSteps");
    step.end("interrupted");
  }
  return steps.length;
}
