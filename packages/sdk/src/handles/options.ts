import type { Channel } from "../identity.ts";
import type { StepOptions } from "../step/begin.ts";
import type { ModelRequest } from "../step/details.ts";

export interface TurnOptions extends StepOptions {
  /** What the user said; kept for whoever captures content. */
  readonly input?: unknown;
  /** Minted when absent. */
  readonly id?: string | undefined;
  /** Counted per session and process when absent. */
  readonly index?: number | undefined;
  readonly agent?: string | undefined;
  readonly channel?: Channel | undefined;
}

export interface ActionOptions extends StepOptions {
  readonly name: string;
  readonly input?: unknown;
}

/**
 * Says why a failed attempt is made again, or false to let the error out. May wait before it answers: the pause between
 * two attempts is the application's.
 */
export type Retry = (
  error: unknown,
  attempt: number,
) => string | false | undefined | Promise<string | false | undefined>;

export interface LlmOptions extends StepOptions {
  /** `gen_ai.provider.name`: openai, anthropic, aws.bedrock, gcp.gemini ... */
  readonly provider: string;
  /** The model asked for. */
  readonly model: string;
  /** `chat` unless told otherwise. */
  readonly operation?: string | undefined;
  readonly request?: ModelRequest | undefined;
  readonly input?: unknown;
  /** For applications with a retry loop of their own: which attempt this is, from 1. */
  readonly attempt?: number | undefined;
  readonly retryReason?: string | undefined;
}

export interface RetriedLlmOptions extends LlmOptions {
  /** Each attempt is a span of its own. */
  readonly retry: Retry;
}

export interface ToolOptions extends StepOptions {
  readonly name: string;
  /** The id under which the model asked for the call; minted when it gave none. */
  readonly callId?: string | undefined;
  /** function, extension, datastore */
  readonly type?: string | undefined;
  readonly description?: string | undefined;
  readonly arguments?: unknown;
}

export interface ApprovalOptions extends StepOptions {
  /** Who decides: human, policy, hook ... */
  readonly source?: string | undefined;
}

export interface AgentOptions extends StepOptions {
  readonly name: string;
  /** Minted when absent. */
  readonly runId?: string | undefined;
  readonly input?: unknown;
}

export interface HookOptions extends StepOptions {
  readonly name: string;
}

export interface SidecarOptions extends StepOptions {
  readonly name: string;
  /** Beside the turn that asked for it, and longer than it if need be. */
  readonly detached?: boolean | undefined;
}

export interface DetachedSidecarOptions extends SidecarOptions {
  readonly detached: true;
}
