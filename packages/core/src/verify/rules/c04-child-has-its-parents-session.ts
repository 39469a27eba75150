import type { Fact } from "../fact.ts";
import type { Rule } from "../rule.ts";
import type { TraceFacts } from "../trace-facts.ts";

export const c04: Rule = {
  id: "C04",
  title: "A child has its parent's session",
  meaning:
    "A child of another session than its parent means that two sessions were mixed up, or that a framework wrote its own id over the session's. Across a remote parent a server may open its own session, with a link to its caller.",
  fix: "Hand the session on explicitly where work leaves its context (pools, emitters, generators), and let the session processor stamp last; a framework's own id belongs in `gen_ai.conversation.id`.",
  level: "violation",
  place: (fact, trace) => {
    if (fact.session === undefined) return undefined;
    const above = trace.carrierAbove(fact);
    if (above === undefined)
      return isTopToBlame(fact, trace) && trace.owner === undefined
        ? {
            at: fact,
            fault: "clobbered",
            message: "This span carries another session than everything below it.",
            fix: clobberedFix,
          }
        : undefined;
    if (trace.sameSession(fact, above)) return undefined;
    // The thread was cut in between, and that is reported.
    if (trace.parentOf(fact)?.standing?.cut !== undefined) return undefined;
    if (isParentToBlame(fact, above, trace)) return undefined;
    if (fact.kind === "log")
      return {
        at: fact,
        fault: "mismatched",
        message: "This log record carries another session than the span it points at.",
        fix: "Take session and span from one context: bind the callback that logs to its session (s.bind), and let no module-wide variable hold the id.",
      };
    const parent = trace.parentOf(fact);
    if (fact.serves && parent !== undefined && trace.isRemote(fact, parent))
      return fact.links.length > 0
        ? undefined
        : {
            at: fact,
            fault: "mismatched",
            message:
              "This span opens another session than its caller's without a link to the caller.",
            fix: "Link the caller's span when a request from outside opens a session of its own.",
          };
    return isOverwritten(fact, above, trace)
      ? {
          at: fact,
          fault: "clobbered",
          message: "The session.id of this span was overwritten: its parent has another.",
          fix: clobberedFix,
        }
      : {
          at: fact,
          fault: "mismatched",
          message: "This span carries another session than its parent.",
          fix: "Start it in its own session's context: ambient context of one session leaked into another (a shared pool, emitter or generator; use s.bind, s.run or s.wrapGenerator).",
        };
  },
};

const clobberedFix =
  "Some instrumentation sets session.id to an id of its own: keep that in gen_ai.conversation.id, and let the session processor stamp last.";

/** A span without anybody above it is odd one out if all below it agree on another session, and more speaks for theirs. */
function isTopToBlame(top: Fact, trace: TraceFacts): boolean {
  if (top.standing === undefined) return false;
  const { dissent, dissenters, followers } = top.standing;
  if (followers > 0 || typeof dissent !== "string") return false;
  if (dissenters > 1 || trace.owner === dissent) return true;
  return top.links.some((link) => trace.world.session(dissent)?.isRoot(link) === true);
}

/** The span above is the odd one out: what is above it agrees with what is below. */
function isParentToBlame(fact: Fact, above: Fact, trace: TraceFacts): boolean {
  const next = trace.carrierAbove(above);
  return next === undefined
    ? isTopToBlame(above, trace) &&
        above.standing?.dissent === trace.world.canonical(fact.session ?? "")
    : !trace.sameSession(above, next) && trace.sameSession(fact, next);
}

function isOverwritten(fact: Fact, above: Fact, trace: TraceFacts): boolean {
  return fact.ours || fact.standing?.dissent === trace.world.canonical(above.session ?? "");
}
