import {
  isObject,
  known,
  number,
  objects,
  part,
  text,
  type JsonObject,
  type Wire,
} from "./wire.ts";

/** Chat completions: OpenAI's, and what most other providers and gateways speak too. */
export const openaiChat: Wire = {
  provider: "openai",
  read(path, body) {
    if (!path.endsWith("/chat/completions")) return undefined;
    return {
      operation: "chat",
      model: text(body["model"]) ?? deploymentIn(path),
      request: {
        maxTokens: number(body["max_completion_tokens"]) ?? number(body["max_tokens"]),
        temperature: number(body["temperature"]),
        topP: number(body["top_p"]),
        stream: body["stream"] === true ? true : undefined,
      },
      messages: body["messages"],
      tools: body["tools"],
      hear(said) {
        const choices = objects(said["choices"]);
        const finishReasons = choices.flatMap(({ finish_reason }) => text(finish_reason) ?? []);
        return {
          response: known({
            id: text(said["id"]),
            model: text(said["model"]),
            finishReasons: finishReasons.length === 0 ? undefined : finishReasons,
            usage: isObject(said["usage"]) ? usageOf(said["usage"]) : undefined,
          }),
          pieces: choices,
        };
      },
      output: messagesIn,
    };
  },
};

/** The last chunk of a stream whose usage was asked for, and no other. */
export function tellsUsageAlone(said: JsonObject): boolean {
  return isObject(said["usage"]) && Array.isArray(said["choices"]) && said["choices"].length === 0;
}

/** Azure names the model in the path. */
export function deploymentIn(path: string): string {
  return /\/deployments\/([^/]+)\//.exec(path)?.[1] ?? "unknown";
}

/** A stream brings each message in pieces, texts and arguments of tools cut anywhere. */
function messagesIn(pieces: readonly unknown[]): readonly object[] {
  const messages = new Map<unknown, Message>();
  for (const choice of objects(pieces)) {
    const index = choice["index"] ?? 0;
    const message = messages.get(index) ?? { content: "", calls: new Map() };
    messages.set(index, message);
    add(message, part(choice, choice["message"] === undefined ? "delta" : "message"));
  }
  return [...messages.values()].map(({ content, calls }) => ({
    role: "assistant",
    content,
    tool_calls: [...calls.values()],
  }));
}

interface Message {
  content: string;
  readonly calls: Map<unknown, { id: unknown; name: unknown; arguments: string }>;
}

function add(message: Message, piece: JsonObject): void {
  message.content += text(piece["content"]) ?? "";
  for (const [i, call] of objects(piece["tool_calls"]).entries()) {
    const index = call["index"] ?? i;
    const called = message.calls.get(index) ?? { id: undefined, name: undefined, arguments: "" };
    message.calls.set(index, called);
    const { name, arguments: given } = part(call, "function");
    called.id ??= call["id"];
    called.name ??= name;
    called.arguments += text(given) ?? "";
  }
}

function usageOf(usage: JsonObject): object {
  return known({
    inputTokens: number(usage["prompt_tokens"]),
    outputTokens: number(usage["completion_tokens"]),
    cacheReadTokens: number(part(usage, "prompt_tokens_details")["cached_tokens"]),
    reasoningTokens: number(part(usage, "completion_tokens_details")["reasoning_tokens"]),
  });
}
