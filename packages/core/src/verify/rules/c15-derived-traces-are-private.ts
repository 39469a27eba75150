import type { Rule } from "../rule.ts";

export const c15: Rule = {
  id: "C15",
  title: "No span stands in another session's derived trace",
  meaning:
    "A trace whose id is derived from one session is that session's alone; a span of another one there means that a remembered root was used for the wrong session.",
  fix: "Take the session and the parent from one context.",
  level: "violation",
  place: (fact, trace) => {
    if (fact.kind === "log" || fact.session === undefined) return undefined;
    const owner = trace.owner;
    if (owner === undefined || trace.world.canonical(fact.session) === owner) return undefined;
    // Below a span with a session its parent speaks: C04 if they differ, the run's top if not.
    if (trace.carrierAbove(fact) !== undefined || trace.announced.has(fact.parentId))
      return undefined;
    return {
      at: fact,
      fault: "mismatched",
      message: "This span stands in the trace derived from another session's id.",
      fix: "Take the session and the parent from one context; a remembered root context of the last session is the usual culprit (after /clear or a resume).",
    };
  },
};
