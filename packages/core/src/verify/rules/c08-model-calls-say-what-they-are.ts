import { attr } from "../../names.ts";
import { type Fault, NO_FAULTS, type Rule } from "../rule.ts";
import { reportsTokens } from "../usage.ts";

/** What each may still be called by emitters of older conventions; C18 speaks of those. */
const needed = [
  [attr.genAiOperationName],
  [attr.genAiProviderName, "gen_ai.system"],
  [attr.genAiRequestModel],
] as const;

export const c08: Rule = {
  id: "C08",
  title: "Model calls carry operation, provider, model and token usage",
  level: "violation",
  record: (record, fact) => {
    if (record.kind === "log" || fact.step !== "llm") return NO_FAULTS;
    const { attributes } = record;
    const missing = needed
      .filter((names) => names.every((name) => attributes[name] === undefined))
      .map(([name]) => name);
    const faults: Fault[] = [];
    if (missing.length > 0)
      faults.push({
        at: fact,
        fault: "missing",
        message: `This model call has no ${missing.join(" and no ")}.`,
        fix: `Set ${missing.join(", ")} when the span starts.`,
      });
    const outcome = attributes[attr.outcome];
    const succeeded = record.status.code !== "error" && (!fact.ours || outcome === "ok");
    if (succeeded && !reportsTokens(attributes))
      faults.push({
        at: fact,
        fault: "missing",
        level: "improvement",
        message:
          "This model call succeeded and reports no token usage under the names of the conventions.",
        fix: `Set ${attr.genAiUsageInputTokens} and ${attr.genAiUsageOutputTokens} from the response (streams: ask the provider for usage in the last chunk).`,
      });
    return faults;
  },
};
