import { deploymentIn } from "./openai-chat.ts";
import { known, number, part, text, type Wire } from "./wire.ts";

export const openaiEmbeddings: Wire = {
  provider: "openai",
  read(path, body) {
    if (!path.endsWith("/embeddings")) return undefined;
    return {
      operation: "embeddings",
      model: text(body["model"]) ?? deploymentIn(path),
      request: {},
      messages: undefined,
      hear: (said) => ({
        response: known({
          model: text(said["model"]),
          usage: known({ inputTokens: number(part(said, "usage")["prompt_tokens"]) }),
        }),
      }),
      output: () => undefined,
    };
  },
};
