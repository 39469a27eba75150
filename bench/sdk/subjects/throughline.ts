import { session } from "@throughline/sdk";
import { start } from "@throughline/sdk/start";

import { llm, type SetUp } from "../subject.ts";

/** The step on our own API: a session of its own each time, with all its events as log records. */
export const setUp: SetUp = (endpoint) => {
  const { flush } = start({ endpoint, service: "bench" });
  return { step, flush: () => flush() };
};

function step(content: string | undefined): void {
  session({ agent: "support" }, (s) => {
    s.turn({}, (turn) => {
      const options = {
        provider: llm["gen_ai.provider.name"],
        model: llm["gen_ai.request.model"],
        ...(content !== undefined && { input: content }),
      };
      turn.llm(options, (call) => {
        call.response({
          model: llm["gen_ai.response.model"],
          usage: { inputTokens: 812, outputTokens: 96 },
        });
      });
      for (let i = 0; i < 2; i++) {
        turn.tool(
          { name: `tool-${i}`, callId: `call-${i}`, attributes: { "tool.index": i } },
          () => i,
        );
      }
    });
  });
}
