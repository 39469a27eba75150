import { attr } from "../../names.ts";
import { enclosersOf } from "../enclosing.ts";
import { missingIn, type Needed } from "../needed.ts";
import { NO_FAULTS, type Rule } from "../rule.ts";

/** What each may still be called by emitters of older conventions; C18 speaks of those. */
const needed: readonly Needed[] = [
  [attr.genAiOperationName],
  [attr.genAiProviderName, "gen_ai.system"],
  [attr.genAiRequestModel],
];

export const c08: Rule = {
  id: "C08",
  title: "Model calls carry operation, provider, model and token usage",
  meaning:
    "Operation, provider and requested model say what a model call was; token usage what it took. Of calls inside each other the innermost owes the usage.",
  fix: "Set `gen_ai.operation.name`, `gen_ai.provider.name` and `gen_ai.request.model` when the span starts and the usage from the response; a stream must be asked for it.",
  level: "violation",
  span: ({ attributes }, fact) => {
    if (fact.step !== "llm") return NO_FAULTS;
    const missing = missingIn(attributes, needed);
    return missing.length === 0
      ? NO_FAULTS
      : [
          {
            at: fact,
            fault: "missing",
            message: `This model call has no ${missing.join(" and no ")}.`,
            fix: `Set ${missing.join(", ")} when the span starts.`,
          },
        ];
  },
  trace: (trace) => {
    const owing = trace.calls.filter((call) => call.owesTokens && trace.stands(call));
    if (owing.length === 0) return NO_FAULTS;
    // Of calls inside each other the innermost reports (C16): an agent library's around the provider's owes nothing.
    const enclosing = enclosersOf(trace.calls, trace);
    return owing
      .filter((call) => !enclosing.has(call))
      .map((call) => ({
        at: call,
        fault: "missing",
        level: "improvement",
        message:
          "This model call succeeded and reports no token usage under the names of the conventions.",
        fix: `Set ${attr.genAiUsageInputTokens} and ${attr.genAiUsageOutputTokens} from the response (streams: ask the provider for usage in the last chunk).`,
      }));
  },
};
