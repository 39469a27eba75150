import { attr } from "@throughline/core";

/**
 * Attributes that hold what people and models said, in the words of the instrumentations that run inside a TypeScript
 * agent. The exact key, or everything below one that ends in a dot (`gen_ai.prompt.0.content`).
 */
export type ContentKind = "message" | "arguments";

const kinds: ReadonlyMap<string, ContentKind> = new Map<string, ContentKind>([
  [attr.genAiInputMessages, "message"],
  [attr.genAiOutputMessages, "message"],
  [attr.genAiSystemInstructions, "message"],
  [attr.genAiToolDefinitions, "message"],
  [attr.genAiToolCallArguments, "arguments"],
  [attr.genAiToolCallResult, "message"],
  // LangSmith, older semantic conventions
  ["gen_ai.prompt", "message"],
  ["gen_ai.completion", "message"],
  ["gen_ai.prompt.", "message"],
  ["gen_ai.completion.", "message"],
  // OpenLLMetry
  ["traceloop.entity.input", "message"],
  ["traceloop.entity.output", "message"],
  // OpenInference
  ["input.value", "message"],
  ["output.value", "message"],
  ["llm.input_messages.", "message"],
  ["llm.output_messages.", "message"],
  ["llm.prompts.", "message"],
  ["tool.parameters", "arguments"],
  // Vercel AI SDK
  ["ai.prompt", "message"],
  ["ai.prompt.messages", "message"],
  ["ai.prompt.tools", "message"],
  ["ai.response.text", "message"],
  ["ai.response.reasoning", "message"],
  ["ai.response.object", "message"],
  ["ai.response.toolCalls", "message"],
  ["ai.toolCall.args", "arguments"],
  ["ai.toolCall.result", "message"],
]);

const families = [...kinds.keys()].filter((key) => key.endsWith("."));

/** Keys come from code and repeat, but a hostile one may not: bounded. */
const longest = 4_096;
const known = new Map<string, ContentKind | "none">();

export function contentKind(key: string): ContentKind | "none" {
  const kind = known.get(key);
  if (kind !== undefined) return kind;
  const family = families.find((prefix) => key.startsWith(prefix));
  const found = kinds.get(family ?? key) ?? "none";
  if (known.size < longest) known.set(key, found);
  return found;
}

/** Events whose body is the message: the way instrumentations wrote content before it stood in attributes. */
const contentEvent = /^gen_ai\.(?:(?:user|system|assistant|tool)\.message|choice)$/;

export function isContentEvent(eventName: string | undefined): boolean {
  return eventName !== undefined && contentEvent.test(eventName);
}
