import { attr } from "../names.ts";
import type { PlainMap } from "../record/record.ts";

/** Current names, and older ones that many emitters still send. */
const tokens = [
  attr.genAiUsageInputTokens,
  attr.genAiUsageOutputTokens,
  "gen_ai.usage.prompt_tokens",
  "gen_ai.usage.completion_tokens",
] as const;
const money = [attr.costAmount, "gen_ai.usage.cost.amount", "operation.cost"] as const;

export function reportsTokens(attributes: PlainMap): boolean {
  return tokens.some((key) => attributes[key] !== undefined);
}

export function reportsUsage(attributes: PlainMap): boolean {
  return reportsTokens(attributes) || money.some((key) => attributes[key] !== undefined);
}
