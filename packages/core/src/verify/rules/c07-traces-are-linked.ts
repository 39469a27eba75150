import { NO_FAULTS, type Rule } from "../rule.ts";

export const c07: Rule = {
  id: "C07",
  title: "The traces of a session are linked to its root",
  meaning:
    "A session may spread over any number of traces, as long as each is found from its root: a link from the trace's first span to the root.",
  fix: "Link the first span of every further trace to the session root, whose ids are the sha256 of the session id.",
  level: "violation",
  session: (session) => {
    if (session.traces < 2) return NO_FAULTS;
    return (
      session.unlinked
        .filter((top) => !session.reached.has(top.traceId))
        // The turn that would link the request it came in with is still under way, or was lost: C11 speaks of it.
        .filter((top) => !(top.serves && session.unfinished))
        .map((top) => ({
          at: top,
          fault: "split",
          message:
            "The session goes on in this trace without a link to its root: only the attribute holds the two together.",
          fix: "Link the first span of every further trace to the session root (its ids are the sha256 of the session id), or start it as a child of that root.",
        }))
    );
  },
};
