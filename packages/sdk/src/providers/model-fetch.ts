import { context as contexts, type Context } from "@opentelemetry/api";
import { attr } from "@throughline/core";

import { startLlm } from "../ambient.ts";
import type { LlmOptions } from "../handles/options.ts";
import { errorType } from "../step/failure.ts";
import { Answer, capturesOnSpans } from "./answer.ts";
import { messagesOf } from "./messages.ts";
import { readRequest } from "./wire/index.ts";
import { tellsUsageAlone } from "./wire/openai-chat.ts";
import { isObject, type Asked, type JsonObject } from "./wire/wire.ts";

export type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

export interface ModelFetchOptions {
  /** What sends the requests; the global `fetch` otherwise. */
  readonly fetch?: Fetch | undefined;
  /** `gen_ai.provider.name`, where the host's name does not say it. */
  readonly provider?: string | undefined;
  /**
   * Whether streamed chat completions are asked for their usage, which providers tell only then. The chunk that tells it is
   * taken out again. By default at OpenAI and Azure: other servers may refuse what they don't know.
   */
  readonly streamUsage?: boolean | undefined;
}

/**
 * A `fetch` that makes a step of every model call that goes through it, for clients that take one: an attempt is a request,
 * so that retries, which clients hide, show. A stream lasts until it is read, broken off or aborted.
 */
export function modelFetch(options: ModelFetchOptions = {}): Fetch {
  return fetchOf(options, {});
}

/** What is known of the client that sends the requests. */
export interface Client {
  /** Which attempt the next request is, from 1; where the requests themselves don't say. */
  readonly attempt?: () => number;
  /** How long it waits for a response. */
  readonly timeoutMs?: number | undefined;
}

export function fetchOf(options: ModelFetchOptions, client: Client): Fetch {
  const send: Fetch = options.fetch ?? ((input, init) => globalThis.fetch(input, init));
  /** By the context in which the client was called: its retries happen in the same one. */
  const failures = new WeakMap<Context, string>();
  return async (input, init) => {
    const told = tell(input, init, options);
    if (told === undefined) return send(input, init);
    const context = contexts.active();
    const attempt = client.attempt?.() ?? stainless(init, "retry-count", 0) + 1;
    const call = startLlm({
      ...llmOptions(told),
      attempt,
      retryReason: attempt > 1 ? failures.get(context) : undefined,
    });
    const timeoutMs = stainless(init, "timeout", Number.NaN) * 1e3 || client.timeoutMs;
    const answer = new Answer(call, told.asked, init, timeoutMs);
    const asksUsage = asksForUsage(told, options);
    let response: Response;
    try {
      const changed = asksUsage ? { ...init, body: withUsage(told.body) } : init;
      response = await call.run(send, input, changed);
    } catch (error) {
      answer.failed(error);
      if (call.step.outcome === "error") failures.set(context, errorType(call.step.error));
      throw error;
    }
    if (!response.ok) failures.set(context, String(response.status));
    return answer.in(response, asksUsage ? tellsUsageAlone : undefined);
  };
}

/** Stainless, which generates the clients of OpenAI and others, tells its servers how the client fares. */
function stainless(init: RequestInit | undefined, what: string, otherwise: number): number {
  const told = new Headers(init?.headers).get(`x-stainless-${what}`);
  const value = told === null ? otherwise : Number(told);
  return value >= 0 ? value : otherwise;
}

interface Told {
  readonly asked: Asked;
  readonly provider: string;
  readonly server: string;
  readonly body: JsonObject;
}

/** What can't be read is somebody else's business, and goes its way. */
function tell(
  input: string | URL | Request,
  init: RequestInit | undefined,
  { provider }: ModelFetchOptions,
): Told | undefined {
  if (init?.method?.toUpperCase() !== "POST" || typeof init.body !== "string") return undefined;
  const url = URL.parse(input instanceof Request ? input.url : String(input));
  if (url === null) return undefined;
  try {
    const body: unknown = JSON.parse(init.body);
    if (!isObject(body)) return undefined;
    const asked = readRequest(url, body);
    if (asked === undefined) return undefined;
    return { asked, provider: provider ?? asked.provider, server: url.hostname, body };
  } catch {
    return undefined;
  }
}

function llmOptions({ asked, provider, server }: Told): LlmOptions {
  const { model, operation, request, messages, instructions, tools } = asked;
  const capturing = capturesOnSpans();
  return {
    provider,
    model,
    operation,
    request,
    input: capturing ? messagesOf(messages, "user") : undefined,
    attributes: {
      "server.address": server,
      ...(capturing &&
        instructions !== undefined && {
          [attr.genAiSystemInstructions]: JSON.stringify(instructions),
        }),
      ...(capturing &&
        tools !== undefined && { [attr.genAiToolDefinitions]: JSON.stringify(tools) }),
    },
  };
}

function asksForUsage({ body, provider }: Told, options: ModelFetchOptions): boolean {
  const { streamUsage = provider === "openai" || provider === "azure.ai.openai" } = options;
  const asked =
    isObject(body["stream_options"]) && body["stream_options"]["include_usage"] === true;
  return streamUsage && !asked && body["stream"] === true && Array.isArray(body["messages"]);
}

function withUsage(body: JsonObject): string {
  const options = isObject(body["stream_options"]) ? body["stream_options"] : {};
  return JSON.stringify({ ...body, stream_options: { ...options, include_usage: true } });
}
