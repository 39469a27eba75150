import type { Fact } from "../fact.ts";
import type { Fault, Rule } from "../rule.ts";
import type { TraceFacts } from "../trace-facts.ts";

export const c16: Rule = {
  id: "C16",
  title: "Usage and cost stand on the innermost model call",
  level: "violation",
  trace: (trace) => {
    const reporting = trace.facts.filter(
      (fact) => fact.usage && trace.spans.get(fact.spanId) === fact,
    );
    if (reporting.length === 0) return [];
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

/** Every span above one of the calls; each is passed once. */
function enclosersOf(calls: readonly Fact[], trace: TraceFacts): ReadonlySet<Fact> {
  const seen = new Set<Fact>();
  for (const call of calls)
    for (let up = trace.parentOf(call); up !== undefined && !seen.has(up); up = trace.parentOf(up))
      seen.add(up);
  return seen;
}

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
