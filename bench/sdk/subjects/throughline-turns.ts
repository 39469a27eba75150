import { session } from "@throughline/sdk";
import { start } from "@throughline/sdk/start";

import type { SetUp } from "../subject.ts";
import { callsIn } from "./throughline-steps.ts";

/** As an agent usually lives: a session of many turns. Five spans again: turn > action > llm and two tools. */
export const setUp: SetUp = (endpoint) => {
  const { flush } = start({ endpoint, service: "bench" });
  const s = session({ agent: "support" });
  return {
    step(content) {
      s.turn((turn) => turn.action({ name: "answer" }, (action) => callsIn(action, content)));
    },
    flush: () => flush(),
  };
};
