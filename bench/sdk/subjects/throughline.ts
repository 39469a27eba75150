import { session } from "@throughline/sdk";
import { start } from "@throughline/sdk/start";

import type { SetUp } from "../subject.ts";
import { callsIn } from "./throughline-steps.ts";

/** The step on our own API: a session of its own each time, with all its events as log records. */
export const setUp: SetUp = (endpoint) => {
  const { flush } = start({ endpoint, service: "bench" });
  return { step, flush: () => flush() };
};

function step(content: string | undefined): void {
  session({ agent: "support" }, (s) => s.turn((turn) => callsIn(turn, content)));
}
