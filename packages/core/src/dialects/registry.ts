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
