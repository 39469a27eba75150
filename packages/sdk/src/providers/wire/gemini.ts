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

/** Gemini's API and Vertex AI's: the model and the method stand in the path. */
export const gemini: Wire = {
  provider: "gcp.gemini",
  read(path, body) {
    const [, model, method] =
      /\/models\/([^/:]+):(generateContent|streamGenerateContent|embedContent)$/.exec(path) ?? [];
    if (model === undefined || method === undefined) return undefined;
    const config = part(body, "generationConfig");
    return {
      operation: method === "embedContent" ? "embeddings" : "generate_content",
      model,
      request: {
        maxTokens: number(config["maxOutputTokens"]),
        temperature: number(config["temperature"]),
        topP: number(config["topP"]),
        stream: method === "streamGenerateContent" ? true : undefined,
      },
      messages: body["contents"],
      instructions: part(body, "systemInstruction")["parts"],
      tools: body["tools"],
      hear(said) {
        const candidates = objects(said["candidates"]);
        const finishReasons = candidates.flatMap(({ finishReason }) => text(finishReason) ?? []);
        return {
          response: known({
            id: text(said["responseId"]),
            model: text(said["modelVersion"]),
            finishReasons: finishReasons.length === 0 ? undefined : finishReasons,
            usage: isObject(said["usageMetadata"]) ? usageOf(said["usageMetadata"]) : undefined,
          }),
          pieces: candidates
            .slice(0, 1)
            .flatMap(({ content }) => objects(part({ content }, "content")["parts"])),
        };
      },
      output: (pieces) => [{ role: "model", parts: joined(objects(pieces)) }],
    };
  },
};

/** A stream cuts texts anywhere. */
function joined(parts: readonly JsonObject[]): readonly JsonObject[] {
  const whole: JsonObject[] = [];
  for (const next of parts) {
    const last = whole.at(-1);
    const both = text(last?.["text"]) !== undefined && text(next["text"]) !== undefined;
    if (both && last?.["thought"] === next["thought"]) {
      whole[whole.length - 1] = {
        ...next,
        text: `${String(last?.["text"])}${String(next["text"])}`,
      };
    } else whole.push(next);
  }
  return whole;
}

/** Thoughts are counted beside the answer here, and what tools brought in beside the prompt. */
function usageOf(usage: JsonObject): object {
  const sum = (...keys: string[]): number | undefined => {
    const counts = keys.flatMap((key) => number(usage[key]) ?? []);
    return counts.length === 0 ? undefined : counts.reduce((all, count) => all + count);
  };
  return known({
    inputTokens: sum("promptTokenCount", "toolUsePromptTokenCount"),
    outputTokens: sum("candidatesTokenCount", "thoughtsTokenCount"),
    cacheReadTokens: sum("cachedContentTokenCount"),
    reasoningTokens: sum("thoughtsTokenCount"),
  });
}
