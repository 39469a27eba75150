import type { Action, Turn } from "@throughline/sdk";

import { llm } from "../subject.ts";

/** One model call and two tools, on our own API. */
export function callsIn(place: Action | Turn, content: string | undefined): void {
  const options = {
    provider: llm["gen_ai.provider.name"],
    model: llm["gen_ai.request.model"],
    ...(content !== undefined && { input: content }),
  };
  place.llm(options, (call) => {
    call.response({
      model: llm["gen_ai.response.model"],
      usage: { inputTokens: 812, outputTokens: 96 },
    });
  });
  for (let i = 0; i < 2; i++) {
    const tool = { name: `tool-${i}`, callId: `call-${i}`, attributes: { "tool.index": i } };
    place.tool(tool, () => i);
  }
}
