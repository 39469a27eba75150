import type { Reasons } from "../../../store/test/conformance/suite.ts";
import { agents } from "./agents.ts";

/** What the home on Tempo and Loki can't promise, by the title of the case. docs/grafana.md says the same to users. */
export const lost: Reasons = {
  "strange values come back as what JSON can say, and as nothing else":
    "Loki keeps a list in a body as its text, and an attribute's value without its type",
  ...Object.fromEntries(
    agents.map((agent) => [
      `a recorded run of ${agent} is one session with every record shown`,
      "Loki folds the names of attributes; sums, tree and membership have a test of their own",
    ]),
  ),
};

/** Depends on when the engines are looked at. */
export const polled: Reasons = {
  "sessions are told with their new sums, and no records unless asked":
    "engines are polled: who follows all sessions begins at the first look, a moment after asking",
  "work is told when it begins, and again when it has ended":
    "what begins and ends between two looks is told when it has ended",
};
