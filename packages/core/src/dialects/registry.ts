import type { LogRecord, TelemetryRecord } from "../record/record.ts";
import type { Dialect } from "./dialect.ts";
import { agentFramework } from "./emitters/agent-framework.ts";
import { agentCore } from "./emitters/agentcore.ts";
import { agentOps } from "./emitters/agentops.ts";
import { claudeCode } from "./emitters/claude-code.ts";
import { claudePlatform } from "./emitters/claude-platform.ts";
import { codex } from "./emitters/codex.ts";
import { copilot } from "./emitters/copilot.ts";
import { crewAi } from "./emitters/crewai.ts";
import { cursor } from "./emitters/cursor.ts";
import { geminiCli } from "./emitters/gemini-cli.ts";
import { googleAdk } from "./emitters/google-adk.ts";
import { goose } from "./emitters/goose.ts";
import { laminar } from "./emitters/laminar.ts";
import { langfuse } from "./emitters/langfuse.ts";
import { langSmith } from "./emitters/langsmith.ts";
import { liteLlm } from "./emitters/litellm.ts";
import { mastra } from "./emitters/mastra.ts";
import { openaiAgents } from "./emitters/openai-agents.ts";
import { opencode } from "./emitters/opencode.ts";
import { openInference } from "./emitters/openinference.ts";
import { openLlmetry } from "./emitters/openllmetry.ts";
import { pydanticAi } from "./emitters/pydantic-ai.ts";
import { qwenCode } from "./emitters/qwen-code.ts";
import { semanticKernel } from "./emitters/semantic-kernel.ts";
import { strands } from "./emitters/strands.ts";
import { throughline } from "./emitters/throughline.ts";
import { vercelAi } from "./emitters/vercel-ai.ts";
import { genAi } from "./gen-ai.ts";

/**
 * Every dialect, in the order in which they are believed. A record may speak several at once (a LangChain span in OpenInference
 * words on its way to Langfuse): each field comes from the first that has it.
 */
export const dialects: readonly Dialect[] = [
  // Agents and frameworks.
  throughline,
  claudeCode,
  claudePlatform,
  codex,
  geminiCli,
  qwenCode,
  copilot,
  opencode,
  cursor,
  goose,
  mastra,
  liteLlm,
  googleAdk,
  strands,
  agentCore,
  agentFramework,
  semanticKernel,
  pydanticAi,
  crewAi,
  openaiAgents,
  // Vocabularies that several frameworks share.
  vercelAi,
  langfuse,
  laminar,
  langSmith,
  agentOps,
  openLlmetry,
  openInference,
];

/** The dialects a record speaks; the general layer is always last. */
export function dialectsOf(record: TelemetryRecord): readonly Dialect[] {
  const name = record.kind === "span" ? record.name : eventNameOf(record);
  const service = record.resource.attributes["service.name"];
  const spoken = dialects.filter(({ recognise: { marks, names, scopes, services } }) => {
    if (scopes?.some((pattern) => matches(pattern, record.scope.name))) return true;
    if (names?.some((pattern) => matches(pattern, name))) return true;
    if (typeof service === "string" && services?.some((pattern) => matches(pattern, service)))
      return true;
    return marks?.some((key) => record.attributes[key] !== undefined) === true;
  });
  spoken.push(genAi);
  return spoken;
}

export function matches(pattern: string, name: string): boolean {
  return pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}

/**
 * The event's name. The older attribute goes first: Rust's tracing bridge (Codex) fills OTLP's field with a source location.
 * Some emitters put the name into the body alone.
 */
export function eventNameOf(log: LogRecord): string {
  const attribute = log.attributes["event.name"];
  if (typeof attribute === "string" && attribute !== "") return attribute;
  if (log.eventName !== "") return log.eventName;
  return typeof log.body === "string" && log.body.length <= 128 ? log.body : "";
}
