import { type Fact, isDetachable, type Lead } from "../fact.ts";
import type { Fault, Rule } from "../rule.ts";
import type { TraceFacts } from "../trace-facts.ts";

export const c12: Rule = {
  id: "C12",
  title: "Sidecars and background work belong to their session",
  meaning:
    "Titles, memory, compaction and other work behind the scenes belong to a session too, and a model, tool or agent span of no session at all is work that nobody can account for.",
  fix: "Open a session around it (`session()`, or `resume()` with the id at hand) or hand the session on with `s.run` and `s.bind`; detached work is a child of the session root, linked to its invoker.",
  level: "violation",
  place: (fact, trace) => {
    if (fact.kind === "log" || fact.step === undefined) return undefined;
    if (fact.session === undefined)
      return trace.home !== null && trace.belongingOf(fact).membership === "none"
        ? homeless(fact)
        : undefined;
    return fact.ours && fact.step !== "session" && fact.step !== "turn"
      ? detachedWrongly(fact, trace)
      : undefined;
  },
};

function homeless(fact: Fact): Fault {
  return {
    at: fact,
    fault: "missing",
    message: `This ${fact.step} span belongs to no session at all.`,
    fix: "Open a session around it (session, or resume with the id at hand); in timers, queues and pools run it through s.run or s.bind.",
  };
}

function detachedWrongly(fact: Fact, trace: TraceFacts): Fault | undefined {
  const parent = trace.parentOf(fact);
  if (parent === undefined)
    return !fact.hasParent && trace.owner !== undefined
      ? {
          at: fact,
          fault: "mismatched",
          message: "This step stands in its session's trace without a parent.",
          fix: "Detached work is a child of the session root, linked to its invoker.",
        }
      : undefined;
  if (parent.step !== "session")
    return !isInvoked(fact)
      ? undefined
      : {
          at: fact,
          fault: "mismatched",
          message: "This detached work hangs below a step that it may outlive.",
          fix: "Make it a child of the session root; the link to its invoker stays.",
        };
  return isDetachable(fact.step) && fact.turnId !== undefined && !isInvoked(fact)
    ? {
        at: fact,
        fault: "missing",
        message: "This detached work of a turn has no link to what started it.",
        fix: "Link the invoking span (throughline.link = invoker) when work leaves its turn.",
      }
    : undefined;
}

function isInvoked({ links }: Fact): boolean {
  return links.some(leadsToInvoker);
}

function leadsToInvoker({ reason }: Lead): boolean {
  return reason === "invoker";
}
