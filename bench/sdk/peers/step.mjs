// The same step for every peer; copied beside its packages, because each stands in a folder of its own.
export const llm = {
  "gen_ai.operation.name": "chat",
  "gen_ai.provider.name": "openai",
  "gen_ai.request.model": "gpt-5.4",
  "gen_ai.response.model": "gpt-5.4-2026-09-01",
  "gen_ai.usage.input_tokens": 812,
  "gen_ai.usage.output_tokens": 96,
};

export function tool(i) {
  return { "gen_ai.tool.name": `tool-${i}`, "gen_ai.tool.call.id": `call-${i}`, "tool.index": i };
}

let sessions = 0;
export function sessionId() {
  return `session-${sessions++}`;
}
