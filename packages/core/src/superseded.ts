import { attr, eventNames } from "./names.ts";

/** Names that emitters still send and the conventions have replaced: readers accept them, the verifier reports them (C18). */
const attributes: ReadonlyMap<string, string> = new Map([
  ["gen_ai.system", attr.genAiProviderName],
  ["gen_ai.usage.prompt_tokens", attr.genAiUsageInputTokens],
  ["gen_ai.usage.completion_tokens", attr.genAiUsageOutputTokens],
  ["gen_ai.usage.cache_creation.input_tokens", attr.genAiUsageCacheWriteInputTokens],
  ["gen_ai.prompt", attr.genAiInputMessages],
  ["gen_ai.completion", attr.genAiOutputMessages],
]);

const events: ReadonlyMap<string, string> = new Map(
  ["system.message", "user.message", "assistant.message", "tool.message", "choice"].map((name) => [
    `gen_ai.${name}`,
    eventNames.genAiClientInferenceOperationDetails,
  ]),
);

/** Whole span names; the replacement is the verb of the step, its subject follows from the span's attributes. */
const spans: ReadonlyMap<string, string> = new Map([
  ["agent run", "invoke_agent"],
  ["running tool", "execute_tool"],
  ["ai.toolCall", "execute_tool"],
  ["ai.generateText.doGenerate", "chat"],
  ["ai.streamText.doStream", "chat"],
]);

/** What an outdated name is called today; undefined for current and for unknown names. */
export const currentName: {
  readonly [place in "attribute" | "event" | "span"]: (name: string) => string | undefined;
} = {
  attribute: (name) => attributes.get(name),
  event: (name) => events.get(name),
  span: (name) => spans.get(name),
};
