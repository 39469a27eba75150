import { session, type Session } from "@throughline/sdk";
import { start } from "@throughline/sdk/start";

import { turnsPerSession, type SetUp } from "../subject.ts";
import { callsIn } from "./throughline-steps.ts";

/** As an agent usually lives: sessions of many turns. Five spans again: turn > action > llm and two tools. */
export const setUp: SetUp = (endpoint) => {
  const { flush } = start({ endpoint, service: "bench" });
  let s: Session | undefined;
  let turns = 0;
  return {
    step(content) {
      if (turns++ % turnsPerSession === 0) {
        s?.end();
        s = session({ agent: "support" });
      }
      s?.turn((turn) => turn.action({ name: "answer" }, (action) => callsIn(action, content)));
    },
    flush: () => flush(),
  };
};
