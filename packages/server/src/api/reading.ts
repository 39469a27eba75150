import { finished } from "node:stream/promises";
import { ReadRefusal, type ReadRefusalKind } from "@throughline/store";

import type { Visit } from "../door/visit.ts";
import { SenderGone } from "../receive/body.ts";
import type { RefusalCode } from "../refusal/catalogue.ts";
import { Refusal } from "../refusal/refusal.ts";

/** `signal` is aborted when the asker leaves: the work for the answer stops then. */
type Read = (visit: Visit, signal: AbortSignal) => Promise<void>;
type Handle = (visit: Visit) => Promise<void>;

export interface ReadingLimits {
  /** Answers that are being made or taken away. One page of records is some megabytes at most. */
  readonly atOnce: number;
  readonly waiting: number;
  /** An answer that nobody takes for this long is dropped. */
  readonly stalledMs: number;
}

/** Bounds how many answers are in memory at once, so that a crowd of slow readers costs time and not memory. */
export function createReading(limits: ReadingLimits): (read: Read) => Handle {
  const { atOnce, waiting, stalledMs } = limits;
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

  return (read) => async (visit) => {
    const { response } = visit;
    const gone = new AbortController();
    response.once("close", () => gone.abort());
    await enter();
    try {
      if (response.destroyed) throw new SenderGone();
      await read(visit, gone.signal);
      await taken(visit, stalledMs);
    } catch (error) {
      throw gone.signal.aborted ? new SenderGone() : inOurWords(error);
    } finally {
      leave();
    }
  };
}

async function taken({ response }: Visit, stalledMs: number): Promise<void> {
  response.setTimeout(stalledMs, () => response.destroy());
  await finished(response);
  // The connection goes on to other requests.
  response.setTimeout(0);
}

const refusalOf: Readonly<Record<ReadRefusalKind, RefusalCode>> = {
  "bad-cursor": "bad_parameter",
  "bad-query": "bad_query",
  busy: "busy",
  closing: "closing",
  failed: "store_failed",
};

/** What the home refuses to answer, in the words of this house. */
export function inOurWords(error: unknown): unknown {
  if (!(error instanceof ReadRefusal)) return error;
  return new Refusal(refusalOf[error.kind], `The store says: ${error.message}`);
}
