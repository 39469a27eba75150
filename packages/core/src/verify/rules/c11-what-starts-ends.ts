import { type Fault, NO_FAULTS, type Rule } from "../rule.ts";

export const c11: Rule = {
  id: "C11",
  title: "Every started step ends or is marked interrupted",
  meaning:
    "What said that it started must say how it ended, or an operator watches work that is long gone.",
  fix: "End steps on every path, and give the emitter a way out at exit; the journal marks what a crash left open as interrupted.",
  level: "violation",
  trace: (trace) => {
    const { announced, open, reopened, spans } = trace;
    if (reopened || (announced.size === 0 && open.length === 0)) return NO_FAULTS;
    const faults: Fault[] = [];
    for (const [spanId, event] of announced)
      if (spans.of(spanId) === undefined)
        faults.push({
          at: event,
          fault: "unclosed",
          message: "This step said that it started and never ended.",
          fix: "End it on every path, and give the emitter a way out at exit: the journal marks open steps interrupted on the next start.",
        });
    for (const fact of open)
      if (trace.stands(fact))
        faults.push({
          at: fact,
          fault: "unclosed",
          message: "This span was sent without an end, and no ended one followed.",
          fix: "Send the ended span as well, or end it with outcome interrupted.",
        });
    return faults;
  },
  session: ({ ended, start }) =>
    start === undefined || ended
      ? NO_FAULTS
      : [
          {
            at: start,
            fault: "unclosed",
            level: "information",
            message: "The session was started and has no session.end.",
            fix: "Call s.end() when the session is over; a thread that goes on needs none.",
          },
        ],
};
