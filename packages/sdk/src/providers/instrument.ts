import { metrics, trace, type Tracer } from "@opentelemetry/api";

import { sayOnce } from "../health.ts";
import { currentSettings } from "../settings.ts";
import { errorMessage } from "../step/failure.ts";
import { capturesOnSpans } from "./answer.ts";
import { withContentGate } from "./content-gate.ts";
import { wrap } from "./wrap.ts";

/** What is to be traced. Nothing is loaded that is not named here. */
export interface Providers {
  /**
   * A client of openai 5 or later, or of another package of its kind, comes back with a step for each call. `true` enables
   * `@opentelemetry/instrumentation-openai`, which knows versions 4 to 6, for clients that are loaded afterwards.
   */
  readonly openai?: object | true;
  /** A client of `@google/genai`. */
  readonly googleGenAI?: object;
  /** A client of `@anthropic-ai/sdk`, which has spans of its own since 0.134: content as it is captured here. */
  readonly anthropic?: object;
  /** The AI SDK, by `@ai-sdk/otel`. */
  readonly aiSdk?: true;
  /** Bedrock's runtime, by `@opentelemetry/instrumentation-aws-sdk`, for clients that are loaded afterwards. */
  readonly bedrock?: true;
}

/** The clients to use from now on, and a way back for what was enabled. */
export type Instrumented<P extends Providers> = P & { stop(): void };

/**
 * One call for all providers, each by what exists for it. For cost, budgets and the content gate of what others make,
 * `ProviderSpanProcessor` goes into the list of span processors.
 *
 * ```ts
 * const { openai, anthropic } = await instrument({ openai: new OpenAI(), anthropic: new Anthropic(), aiSdk: true });
 * ```
 */
export async function instrument<const P extends Providers>(
  providers: P,
): Promise<Instrumented<P>> {
  const { openai, googleGenAI, anthropic, aiSdk, bedrock } = providers;
  const stops = await Promise.all([
    openai === true
      ? enable("@opentelemetry/instrumentation-openai", openaiInstrumentation)
      : undefined,
    bedrock === true
      ? enable("@opentelemetry/instrumentation-aws-sdk", awsInstrumentation)
      : undefined,
    aiSdk === true ? enable("@ai-sdk/otel", aiSdkTelemetry) : undefined,
  ]);
  return {
    ...providers,
    ...(typeof openai === "object" && { openai: wrap(openai) }),
    ...(googleGenAI !== undefined && { googleGenAI: wrap(googleGenAI) }),
    ...(anthropic !== undefined && { anthropic: withOwnSpans(anthropic) }),
    stop() {
      for (const stop of stops) stop?.();
    },
  };
}

type Stop = () => void;

/** What is missing is said once, and the rest works. */
async function enable(name: string, enabled: () => Promise<Stop>): Promise<Stop | undefined> {
  try {
    return await enabled();
  } catch (error) {
    sayOnce(
      name,
      () => `${name} can't be loaded, so its spans are missing: ${errorMessage(error)}`,
    );
    return undefined;
  }
}

async function openaiInstrumentation(): Promise<Stop> {
  const { OpenAIInstrumentation } = await import("@opentelemetry/instrumentation-openai");
  const { capture } = currentSettings();
  // It tells messages on log events alone.
  const captureMessageContent = capture === "event" || capture === "both";
  const instrumentation = new OpenAIInstrumentation({ captureMessageContent });
  // Its constructor loses the instruments it has made, and a streamed call then throws in the application's loop (0.22).
  instrumentation.setMeterProvider(metrics.getMeterProvider());
  return () => instrumentation.disable();
}

async function awsInstrumentation(): Promise<Stop> {
  const { AwsInstrumentation } = await import("@opentelemetry/instrumentation-aws-sdk");
  const instrumentation = new AwsInstrumentation();
  return () => instrumentation.disable();
}

async function aiSdkTelemetry(): Promise<Stop> {
  const [{ registerTelemetry }, { OpenTelemetry }] = await Promise.all([
    import("ai"),
    import("@ai-sdk/otel"),
  ]);
  const integration = withContentGate(new OpenTelemetry({ tracer: lateTracer }), capturesOnSpans);
  registerTelemetry(integration);
  return () => {
    const registered = globalThis.AI_SDK_TELEMETRY_INTEGRATIONS;
    const at = registered?.indexOf(integration) ?? -1;
    if (at >= 0) registered?.splice(at, 1);
  };
}

/** It brings an API of its own, which may not see a provider that is registered later, or through another copy. */
const lateTracer: Tracer = {
  startSpan: (...args) => trace.getTracer("gen_ai").startSpan(...args),
  startActiveSpan: (...args: unknown[]): never => {
    const tracer = trace.getTracer("gen_ai");
    return tracer.startActiveSpan.apply(
      tracer,
      args as Parameters<Tracer["startActiveSpan"]>,
    ) as never;
  },
};

interface AnthropicClient {
  readonly openTelemetry: { readonly traces?: object };
  withOptions(options: object): object;
}

function withOwnSpans<C extends object>(client: C): C {
  if (!tracesItself(client)) {
    sayOnce(
      "anthropic",
      () => "this Anthropic client has no spans of its own; @anthropic-ai/sdk has them since 0.134",
    );
    return client;
  }
  const { openTelemetry } = client;
  const contentMode = capturesOnSpans() ? "content" : "metadata_only";
  const traces = { ...openTelemetry.traces, enabled: true, contentMode };
  return client.withOptions({ openTelemetry: { ...openTelemetry, traces } }) as C;
}

function tracesItself<C extends object>(client: C): client is C & AnthropicClient {
  return (
    "openTelemetry" in client && "withOptions" in client && typeof client.withOptions === "function"
  );
}
