import type { Channel } from "../identity.ts";

export interface Usage {
  /** Cached tokens included. */
  readonly inputTokens?: number | undefined;
  /** Reasoning included. */
  readonly outputTokens?: number | undefined;
  readonly cacheReadTokens?: number | undefined;
  readonly cacheWriteTokens?: number | undefined;
  readonly reasoningTokens?: number | undefined;
}

export interface ModelRequest {
  readonly maxTokens?: number | undefined;
  readonly temperature?: number | undefined;
  readonly topP?: number | undefined;
  readonly stream?: boolean | undefined;
}

export interface ModelResponse {
  readonly id?: string | undefined;
  readonly model?: string | undefined;
  readonly finishReasons?: readonly string[] | undefined;
  readonly usage?: Usage | undefined;
  /** Kept for whoever captures content; never written on a span by itself. */
  readonly output?: unknown;
}

/** What a step is about, by kind. Handles fill these in while the step is open; hooks read them. */
export interface Details {
  session: {
    readonly agent: string | undefined;
    readonly channel: Channel | undefined;
    readonly previousId: string | undefined;
  };
  turn: { readonly agent: string | undefined; input?: unknown; output?: unknown };
  action: { readonly name: string; input?: unknown; output?: unknown };
  llm: {
    readonly provider: string;
    readonly model: string;
    readonly operation: string;
    readonly request: ModelRequest;
    /** From 1. */
    readonly attempt: number;
    /** Why there was another attempt; none on the first. */
    readonly retryReason: string | undefined;
    readonly input: unknown;
    response: ModelResponse;
    timeToFirstChunkMs?: number;
  };
  tool: {
    readonly name: string;
    readonly callId: string;
    readonly type: string | undefined;
    readonly description: string | undefined;
    readonly arguments: unknown;
    result?: unknown;
  };
  "tool.execution": { readonly tool: string; readonly callId: string };
  "tool.approval": {
    readonly tool: string;
    readonly callId: string;
    readonly source: string | undefined;
    decision?: string;
  };
  hook: { readonly name: string };
  agent: { readonly name: string; input?: unknown; output?: unknown };
  sidecar: { readonly name: string; readonly detached: boolean };
  delegation: { readonly agent: string; readonly delegationId: string };
}
