import type { Fact } from "../fact.ts";
import { type Fault, NO_FAULTS, type Rule } from "../rule.ts";

/** Clocks of one machine may disagree by less. */
const TOLERANCE_NS = 1e9;

export const c17: Rule = {
  id: "C17",
  title: "Nothing ends before it starts, or starts before what it is part of",
  meaning:
    "Spans that end before they start, or start before their parent or session, come from mixed clocks or mixed units, and no duration can be trusted.",
  fix: "Take start and end from one clock, in nanoseconds since 1970, and back-date spans below a parent that had started by then.",
  level: "violation",
  span: ({ endNs, startNs }, fact) =>
    fact.open || endNs >= startNs
      ? NO_FAULTS
      : [
          {
            at: fact,
            fault: "mismatched",
            message: "This span ends before it starts.",
            fix: "Take both times from one clock, and the duration from a monotonic one.",
          },
        ],
  trace: (trace) => {
    const faults: Fault[] = [];
    // Neighbours are mostly of one session.
    let session: string | undefined;
    let start: Fact | undefined;
    for (const fact of trace.facts) {
      // Below the wrong parent times mean nothing.
      if (fact.kind === "log" || fact.standing?.misplaced !== undefined) continue;
      const parent = trace.parentOf(fact);
      if (
        parent !== undefined &&
        !trace.isRemote(fact, parent) &&
        fact.startNs < parent.startNs - TOLERANCE_NS
      )
        faults.push({
          at: fact,
          fault: "mismatched",
          message: "This span starts more than a second before its parent.",
          fix: "Give back-dated spans a parent that had started by then, and times in nanoseconds since 1970 (not milliseconds, not a monotonic clock's).",
        });
      else if (fact.session !== undefined) {
        if (fact.session !== session) {
          session = fact.session;
          start = trace.world.session(session)?.start;
        }
        if (start !== undefined && fact.startNs < start.startNs - TOLERANCE_NS)
          faults.push({
            at: fact,
            fault: "mismatched",
            message: "This span starts more than a second before its session did.",
            fix: "Emit session.start with the first root, and check the clock of the process that sent the span.",
          });
      }
    }
    return faults;
  },
};
