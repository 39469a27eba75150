import type { Fact } from "../fact.ts";
import type { Rule } from "../rule.ts";
import type { TraceFacts } from "../trace-facts.ts";

export const c06: Rule = {
  id: "C06",
  title: "A turn is a child of its session's root",
  meaning:
    "A turn hangs on its session's or segment's root whatever span was active when it began, so that no request, timer or other turn swallows it.",
  fix: "Start turns with `s.turn()`; the active span is kept as a link (ingress).",
  level: "violation",
  place: (fact, trace) => {
    if (!fact.ours || (fact.step !== "turn" && fact.step !== "session")) return undefined;
    const parent = trace.parentOf(fact);
    if (fact.step === "session")
      return parent === undefined
        ? undefined
        : {
            at: fact,
            fault: "mismatched",
            message: "This session root is the child of another span.",
            fix: "Start the root on an empty context; link the span that was active as ingress.",
          };
    if (parent === undefined)
      return !fact.hasParent && hasRoot(fact, trace)
        ? {
            at: fact,
            fault: "mismatched",
            message: "This turn is a root beside the session's own root.",
            fix: "Start the turn as a child of the session or segment root whose trace it stands in.",
          }
        : undefined;
    return parent.step === "session"
      ? undefined
      : {
          at: fact,
          fault: "mismatched",
          message:
            "This turn hangs below a span that happened to be active, not on the session's root.",
          fix: "Give the turn the session or segment root as its parent, and keep the active span as a link (ingress).",
        };
  },
};

function hasRoot(turn: Fact, trace: TraceFacts): boolean {
  if (trace.owner !== undefined) return true;
  return trace.roots.some((root) => trace.sameSession(root, turn));
}
