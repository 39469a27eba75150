import { enclosersOf } from "../enclosing.ts";
import type { Fact } from "../fact.ts";
import { type Fault, NO_FAULTS, type Rule } from "../rule.ts";

export const c16: Rule = {
  id: "C16",
  title: "Usage and cost stand on the innermost model call",
  meaning:
    "Usage and cost stand on the innermost model call. On enclosing spans too, or from two instrumentations of one client, everything is counted twice.",
  fix: "Report usage on the call itself only, and instrument each client once.",
  level: "violation",
  trace: (trace) => {
    const reporting = trace.reporting.filter((fact) => trace.stands(fact));
    if (reporting.length === 0) return NO_FAULTS;
    const calls = reporting.filter((fact) => fact.step === "llm");
    const enclosing = enclosersOf(calls, trace);
    const faults: Fault[] = [];
    for (const fact of reporting)
      if (enclosing.has(fact))
        faults.push({
          at: fact,
          fault: "double counted",
          level: "improvement",
          message:
            "This span repeats usage or cost of the model calls below it: whoever adds up counts them twice.",
          fix: "Leave usage and cost to the innermost llm span; the outer one may carry gen_ai.aggregated_usage or nothing.",
        });
      else if (fact.step !== "llm")
        faults.push({
          at: fact,
          fault: "double counted",
          ...(fact.ours ? {} : { level: "improvement" }),
          message: "Usage or cost stands on a span that is no model call.",
          fix: "Put them on the llm span of the call they belong to.",
        });
    return [...faults, ...twinsAmong(calls.filter((call) => !enclosing.has(call)))];
  },
};

/** Two instrumentations of one client make two spans of one response (agentops#987). */
function twinsAmong(calls: readonly Fact[]): Fault[] {
  const responses = new Set<string>();
  const faults: Fault[] = [];
  for (const call of calls) {
    if (call.responseId === undefined) continue;
    if (responses.has(call.responseId))
      faults.push({
        at: call,
        fault: "double counted",
        message: "Two spans report the usage of one response.",
        fix: "Instrument the client once: switch off either the library's own tracing or the instrumentation package.",
      });
    responses.add(call.responseId);
  }
  return faults;
}
