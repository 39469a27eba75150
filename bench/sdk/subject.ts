/** What is measured: one way of tracing the same agent step, in a process of its own. */
export interface Subject {
  /** session > turn > llm (6 attributes) + 2 tools (3 attributes each); `content` goes onto the llm span. */
  step(content: string | undefined): unknown;
  /** Resolves when everything so far has left the process. */
  flush(): Promise<unknown>;
}

export type SetUp = (endpoint: string) => Subject | Promise<Subject>;

export const llm = {
  "gen_ai.operation.name": "chat",
  "gen_ai.provider.name": "openai",
  "gen_ai.request.model": "gpt-5.4",
  "gen_ai.response.model": "gpt-5.4-2026-09-01",
  "gen_ai.usage.input_tokens": 812,
  "gen_ai.usage.output_tokens": 96,
} as const;

export function tool(i: number): Record<string, string | number> {
  return { "gen_ai.tool.name": `tool-${i}`, "gen_ai.tool.call.id": `call-${i}`, "tool.index": i };
}

/** Where sessions live as an agent's usually do. */
export const turnsPerSession = 100;
