import { setTimeout as pause } from "node:timers/promises";
import type { LlmCall, Turn, Agent } from "@throughline/sdk";

const provider = "openai";
const model = "gpt-5.4-mini";

/** What the scripted model answers, and what that would have cost in tokens and time. */
export interface Line {
  readonly says: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly ms: number;
}

/** One call of the scripted model, reported like one of a real model. */
export async function ask(place: Turn | Agent, line: Line): Promise<string> {
  return place.llm({ provider, model }, async (call: LlmCall) => {
    await pause(line.ms);
    const { inputTokens, outputTokens } = line;
    call.response({ model, usage: { inputTokens, outputTokens } });
    return line.says;
  });
}

export const work = pause;
