import type { Rule } from "../rule.ts";

export const c13: Rule = {
  id: "C13",
  title: "A delegation that starts ends or is rejected",
  meaning: "A delegation without an end or a rejection looks in flight for ever.",
  fix: "Emit `throughline.delegation.end` with the same id when the answer, the failure or the time-out comes.",
  level: "violation",
  session: ({ delegations, world }) =>
    [...delegations]
      .filter(([id]) => !world.delegationClosed(id))
      .map(([, event]) => ({
        at: event,
        fault: "unclosed",
        message:
          "This delegation started and was neither ended nor rejected: is the other agent still at it?",
        fix: "Emit throughline.delegation.end with the same id when the answer, the failure or the time-out comes.",
      })),
};
