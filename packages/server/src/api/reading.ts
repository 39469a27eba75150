import type { Visit } from "../door/visit.ts";
import { Refusal } from "../refusal/refusal.ts";

type Handle = (visit: Visit) => Promise<void>;

/** Reads at a time, and those that wait for their turn. One page of records is some megabytes at most. */
export interface ReadingLimits {
  readonly atOnce: number;
  readonly waiting: number;
}

/** Bounds how many answers are being made at once, so that a crowd of readers costs time and not memory. */
export function createReading({ atOnce, waiting }: ReadingLimits): (handle: Handle) => Handle {
  let running = 0;
  const queue: (() => void)[] = [];

  const enter = async () => {
    if (running < atOnce) {
      running++;
      return;
    }
    if (queue.length >= waiting) throw new Refusal("busy", "Too many reads are waiting.");
    // Whoever leaves hands over the place: `running` stays as it is.
    await new Promise<void>((resolve) => queue.push(resolve));
  };
  const leave = () => {
    const next = queue.shift();
    if (next === undefined) running--;
    else next();
  };

  return (handle) => async (visit) => {
    await enter();
    try {
      if (!visit.response.destroyed) await handle(visit);
    } finally {
      leave();
    }
  };
}
