import { attr } from "../names.ts";
import type { PlainMap } from "../record/record.ts";

/** Current names, and older ones that many emitters still send. */
export const tokenKeys: readonly string[] = [
  attr.genAiUsageInputTokens,
  attr.genAiUsageOutputTokens,
  "gen_ai.usage.prompt_tokens",
  "gen_ai.usage.completion_tokens",
];
export const moneyKeys: readonly string[] = [
  attr.costAmount,
  "gen_ai.usage.cost.amount",
  "operation.cost",
];

export function reportsTokens(attributes: PlainMap): boolean {
  return tokenKeys.some((key) => attributes[key] !== undefined);
}
