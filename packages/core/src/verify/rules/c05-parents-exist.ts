import type { Fact } from "../fact.ts";
import { type Fault, NO_FAULTS, type Rule } from "../rule.ts";
import type { TraceFacts } from "../trace-facts.ts";

export const c05: Rule = {
  id: "C05",
  title: "A parent that is named exists",
  meaning:
    "A parent that never arrived cuts a tree in two and makes a false root. If it is another process's, that is advice: it may be sent elsewhere on purpose.",
  fix: "End every span on every path, flush before exit, and export the session's root when it is opened.",
  level: "violation",
  place: (fact, trace) => {
    if (!fact.hasParent || trace.reopened || trace.parentOf(fact) !== undefined) return undefined;
    // Started and still open: no orphan's parent, but C11's business if it never ends.
    if (trace.announced.has(fact.parentId)) return undefined;
    if (trace.belongingOf(fact).membership === "none") return undefined;
    return orphan(fact, trace);
  },
  session: (session) =>
    session.rootArrived || session.reopened
      ? NO_FAULTS
      : session.rootLinkers.map((fact) => ({
          at: fact,
          fault: "orphan",
          level: "improvement",
          message: "This span links to a session root that never arrived.",
          fix: "Export the session's root when the session is opened: session() does, resume() relies on the process that opened it.",
        })),
};

function orphan(fact: Fact, trace: TraceFacts): Fault {
  if (fact.kind === "log")
    return {
      at: fact,
      fault: "orphan",
      message: "This log record points at a span that never arrived.",
      fix: "Export the span it was emitted under (is it sampled out, or lost at exit?), or emit it under one that is.",
    };
  // Before flags said so (OTLP 1.1), whoever answered a call had its parent elsewhere all the same.
  if (fact.remote ?? fact.serves)
    return {
      at: fact,
      fault: "orphan",
      level: "improvement",
      message: "The parent of this span is in another process and never arrived.",
      fix: "Send the caller's spans to the same place, or link an untrusted caller instead of becoming its child.",
    };
  const phantom = trace.world
    .session(fact.session ?? "")
    ?.isRoot({ traceId: fact.traceId, spanId: fact.parentId });
  return phantom === true
    ? {
        at: fact,
        fault: "orphan",
        message: "This span hangs on a session root that nobody exported: a phantom.",
        fix: "Export the root when the session is opened (it is short and never waits for the end), or start a trace of its own and link it.",
      }
    : {
        at: fact,
        fault: "orphan",
        message: "The parent of this span never arrived.",
        fix: "End every span on every path (also on errors, aborts and abandoned generators) and flush before the process exits.",
      };
}
