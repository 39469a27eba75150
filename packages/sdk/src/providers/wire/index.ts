import { gemini } from "./gemini.ts";
import { openaiChat } from "./openai-chat.ts";
import { openaiEmbeddings } from "./openai-embeddings.ts";
import { openaiResponses } from "./openai-responses.ts";
import type { Asked, JsonObject, Wire } from "./wire.ts";

const wires: readonly Wire[] = [openaiChat, openaiResponses, openaiEmbeddings, gemini];

/** What a request asks a model for; undefined when it is no model call that we know. */
export function readRequest(
  url: URL,
  body: JsonObject,
): (Asked & { readonly provider: string }) | undefined {
  for (const wire of wires) {
    const asked = wire.read(url.pathname, body);
    if (asked !== undefined)
      return { ...asked, provider: providerAt(url.hostname) ?? wire.provider };
  }
  return undefined;
}

/** Others speak OpenAI's API too; `gen_ai.provider.name` as the conventions list them. */
const providers: readonly (readonly [host: string, provider: string])[] = [
  ["api.openai.com", "openai"],
  [".openai.azure.com", "azure.ai.openai"],
  [".services.ai.azure.com", "azure.ai.inference"],
  ["api.deepseek.com", "deepseek"],
  ["api.groq.com", "groq"],
  ["api.mistral.ai", "mistral_ai"],
  ["api.moonshot.ai", "moonshot_ai"],
  ["api.perplexity.ai", "perplexity"],
  ["api.x.ai", "x_ai"],
  ["generativelanguage.googleapis.com", "gcp.gemini"],
  ["aiplatform.googleapis.com", "gcp.vertex_ai"],
];

export function providerAt(hostname: string): string | undefined {
  return providers.find(([host]) => hostname === host || hostname.endsWith(host))?.[1];
}
