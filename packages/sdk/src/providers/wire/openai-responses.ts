import { isObject, known, number, part, text, type JsonObject, type Wire } from "./wire.ts";

export const openaiResponses: Wire = {
  provider: "openai",
  read(path, body) {
    if (!path.endsWith("/responses")) return undefined;
    return {
      operation: "chat",
      model: text(body["model"]) ?? "unknown",
      request: {
        maxTokens: number(body["max_output_tokens"]),
        temperature: number(body["temperature"]),
        topP: number(body["top_p"]),
        stream: body["stream"] === true ? true : undefined,
      },
      messages: withCallIds(body["input"]),
      instructions: body["instructions"],
      tools: body["tools"],
      hear(said) {
        // Every event that tells of the answer as a whole holds it as it is by then.
        const answer = isObject(said["response"]) ? said["response"] : said;
        if (answer["object"] !== "response") return { response: {} };
        const status = text(answer["status"]);
        const reason = text(part(answer, "incomplete_details")["reason"]);
        const over = status !== undefined && status !== "in_progress" && status !== "queued";
        return {
          response: known({
            id: text(answer["id"]),
            model: text(answer["model"]),
            finishReasons: over ? [reason ?? status] : undefined,
            usage: isObject(answer["usage"]) ? usageOf(answer["usage"]) : undefined,
          }),
          ...(over && { pieces: [answer["output"]] }),
        };
      },
      output: (pieces) => withCallIds(pieces.at(-1)),
    };
  },
};

/** An item's own id is another one than that of the call which its output will name. */
function withCallIds(items: unknown): unknown {
  if (!Array.isArray(items)) return items;
  return items.map((item: unknown) =>
    isObject(item) && item["call_id"] !== undefined
      ? Object.assign({}, item, { id: item["call_id"] })
      : item,
  );
}

function usageOf(usage: JsonObject): object {
  return known({
    inputTokens: number(usage["input_tokens"]),
    outputTokens: number(usage["output_tokens"]),
    cacheReadTokens: number(part(usage, "input_tokens_details")["cached_tokens"]),
    reasoningTokens: number(part(usage, "output_tokens_details")["reasoning_tokens"]),
  });
}
