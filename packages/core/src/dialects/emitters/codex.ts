import type { SpanRecord } from "../../record/record.ts";
import { count, text } from "../attributes.ts";
import type { Dialect } from "../dialect.ts";
import type { StepReading } from "../reading.ts";

/**
 * Codex CLI 0.169 (recorded): hundreds of internal spans a prompt, a handful of which are steps.
 *
 * Tokens stand on the one `handle_responses` span per call that saw the response complete, and again, with the model, on
 * `codex.sse_event`, which has no trace id. `thread.id` is the conversation where it is a string; where it is a number it is
 * the operating system's thread.
 */
export const codex: Dialect = {
  id: "codex",
  title: "Codex CLI",
  agent: "codex",
  recognise: { scopes: ["codex*"], services: ["codex*"], names: ["codex.*"] },
  session: { keys: ["thread.id", "thread_id"] },
  steps: {
    "session_task.turn": "turn",
    "unified_exec.exec_command": "tool.execution",
    "codex.compaction": "action",
  },
  span: readSpan,
  events: {
    // Also when a conversation is resumed.
    "codex.conversation_starts": "session.start",
    "codex.user_prompt": "prompt",
    "codex.tool_decision": "approval",
    "codex.tool_result": "tool",
  },
  log(log) {
    if (text(log.attributes, "event.kind") !== "response.completed") return undefined;
    // The event is sent twice for one response; only one of the two counts.
    return count(log.attributes, "input_token_count") === undefined ? undefined : { stands: "llm" };
  },
  fields: {
    turn: ["turn.id", "turn_id"],
    model: ["model"],
    provider: ["provider_name"],
    tool: ["tool_name"],
    callId: ["call_id"],
    input: ["gen_ai.usage.input_tokens", "input_token_count"],
    output: ["gen_ai.usage.output_tokens", "output_token_count"],
    cacheRead: ["gen_ai.usage.cache_read.input_tokens", "cached_token_count"],
    cacheWrite: ["gen_ai.usage.cache_write.input_tokens", "cache_write_token_count"],
    reasoning: ["codex.usage.reasoning_output_tokens", "reasoning_token_count"],
    cost: ["usage.estimated_usd"],
    decision: ["decision"],
    success: ["success"],
    durationMs: ["duration_ms"],
  },
  content: { input: ["prompt"], toolArguments: ["arguments"], toolResult: ["output"] },
  keys: ["codex.tool.phase", "event.kind"],
};

function readSpan({ attributes, name }: SpanRecord): Partial<StepReading> | undefined {
  if (name === "handle_responses")
    return count(attributes, "gen_ai.usage.output_tokens") === undefined
      ? undefined
      : { step: "llm" };
  // Tool spans bear the tool's own name; the phase tells them from the helpers below them.
  return text(attributes, "codex.tool.phase") === "dispatch" ? { step: "tool" } : undefined;
}
