import {
  metrics,
  type Attributes,
  type Counter,
  type Histogram,
  type MeterProvider,
} from "@opentelemetry/api";
import { attr } from "@throughline/core";

import type { Plugin } from "../hooks/plugin.ts";
import { errorType } from "../step/failure.ts";
import { isKind, type Step } from "../step/step.ts";
import { scope } from "../trace/tracer.ts";
import { isEnclosing } from "./model-calls.ts";

export interface GenAiMetricsOptions {
  /**
   * Names as of semantic conventions 1.41, which most dashboards still ask for: `gen_ai.client.operation.duration`,
   * `gen_ai.client.token.usage`. Otherwise the current ones.
   */
  readonly names?: "current" | "1.41";
  /** `session.id` on every point: a time series per session, which most metric stores can't bear. */
  readonly sessionId?: boolean;
  /** The global one otherwise. */
  readonly meterProvider?: MeterProvider;
}

const seconds = [
  0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92,
];
const powersOf4 = Array.from({ length: 14 }, (_, i) => 4 ** i);

/**
 * The metrics of the GenAI conventions, of the steps of this SDK: instrumentations of providers report theirs themselves,
 * and a model call that one of them has told of is not told again.
 */
export function genAiMetrics(options: GenAiMetricsOptions = {}): Plugin {
  const { names = "current", sessionId = false } = options;
  let from: MeterProvider | undefined;
  let instruments: Instruments | undefined;
  const meters = (): Instruments => {
    const provider = options.meterProvider ?? metrics.getMeterProvider();
    // A host may set its provider later than it plugs this in.
    if (instruments === undefined || from !== provider) {
      from = provider;
      instruments = new Instruments(provider, names);
    }
    return instruments;
  };
  const common = (step: Step): Attributes => ({
    ...(step.outcome === "error" && { [attr.errorType]: errorType(step.error) }),
    ...(sessionId && step.session !== undefined && { [attr.sessionId]: step.session.id }),
  });
  return {
    name: "GenAI metrics",
    on: {
      "llm:end": (step) => {
        if (!isEnclosing(step)) meters().inference(step, { ...inferenceOf(step), ...common(step) });
        countIn(step, "inferences");
      },
      "tool:end": (step) => {
        const { name, type } = step.detail;
        meters().tool.record(
          secondsOf(step),
          {
            [attr.genAiToolName]: name,
            ...(type !== undefined && { [attr.genAiToolType]: type }),
            ...agentOf(step),
            ...common(step),
          },
          step.context,
        );
        countIn(step, "tools");
      },
      "turn:end": (step) => meters().agent(step, { ...agentOf(step), ...common(step) }),
      "agent:end": (step) => meters().agent(step, { ...agentOf(step), ...common(step) }),
    },
  };
}

class Instruments {
  readonly tool: Histogram;
  readonly #duration: Histogram;
  readonly #firstChunk: Histogram;
  readonly #usage: (step: Step<"llm">, attributes: Attributes) => void;
  readonly #agentDuration: Histogram;
  readonly #agentInferences: Histogram;
  readonly #agentTools: Histogram;

  constructor(provider: MeterProvider, names: "current" | "1.41") {
    const meter = provider.getMeter(scope.name, scope.version);
    const histogram = (name: string, unit: string, boundaries: readonly number[]): Histogram =>
      meter.createHistogram(name, { unit, advice: { explicitBucketBoundaries: [...boundaries] } });
    const counter = (name: string): Counter => meter.createCounter(name, { unit: "{token}" });
    const client = names === "1.41" ? "gen_ai.client.operation" : "gen_ai.client.inference";
    this.#duration = histogram(`${client}.duration`, "s", seconds);
    this.#firstChunk = histogram(`${client}.time_to_first_chunk`, "s", seconds);
    this.#usage =
      names === "1.41"
        ? usageByType(histogram("gen_ai.client.token.usage", "{token}", powersOf4))
        : usageByKind(counter, histogram);
    this.tool = histogram("gen_ai.execute_tool.duration", "s", seconds);
    this.#agentDuration = histogram("gen_ai.invoke_agent.duration", "s", seconds);
    this.#agentInferences = histogram(
      "gen_ai.invoke_agent.inference_calls",
      "{inference_call}",
      powersOf4,
    );
    this.#agentTools = histogram("gen_ai.invoke_agent.tool_calls", "{tool_call}", powersOf4);
  }

  inference(step: Step<"llm">, attributes: Attributes): void {
    this.#duration.record(secondsOf(step), attributes, step.context);
    const { timeToFirstChunkMs } = step.detail;
    if (timeToFirstChunkMs !== undefined) {
      this.#firstChunk.record(timeToFirstChunkMs / 1e3, attributes, step.context);
    }
    this.#usage(step, attributes);
  }

  agent(step: Step, attributes: Attributes): void {
    this.#agentDuration.record(secondsOf(step), attributes, step.context);
    const { inferences = 0, tools = 0 } = calls.get(step) ?? {};
    this.#agentInferences.record(inferences, attributes, step.context);
    this.#agentTools.record(tools, attributes, step.context);
  }
}

/** Counted for failed calls too: nothing then, of modality unknown. */
function usageByKind(
  counter: (name: string) => Counter,
  histogram: (name: string, unit: string, boundaries: readonly number[]) => Histogram,
): (step: Step<"llm">, attributes: Attributes) => void {
  const counters = {
    inputTokens: counter("gen_ai.client.inference.usage.input_tokens"),
    outputTokens: counter("gen_ai.client.inference.usage.output_tokens"),
    cacheReadTokens: counter("gen_ai.client.inference.usage.cache_read.input_tokens"),
    cacheWriteTokens: counter("gen_ai.client.inference.usage.cache_write.input_tokens"),
    reasoningTokens: counter("gen_ai.client.inference.usage.reasoning.output_tokens"),
  };
  const sizes = {
    inputTokens: histogram("gen_ai.client.inference.operation.input_tokens", "{token}", powersOf4),
    outputTokens: histogram(
      "gen_ai.client.inference.operation.output_tokens",
      "{token}",
      powersOf4,
    ),
  };
  return ({ detail, context }, attributes) => {
    const { inputTokens = 0, outputTokens = 0, ...parts } = detail.response.usage ?? {};
    const modality = { ...attributes, "gen_ai.token.modality": "unknown" };
    for (const [kind, tokens] of Object.entries({ inputTokens, outputTokens, ...parts })) {
      if (tokens !== undefined && isCounted(kind)) counters[kind].add(tokens, modality, context);
    }
    if (detail.response.usage === undefined) return;
    sizes.inputTokens.record(inputTokens, attributes, context);
    sizes.outputTokens.record(outputTokens, attributes, context);
  };

  function isCounted(kind: string): kind is keyof typeof counters {
    return Object.hasOwn(counters, kind);
  }
}

function usageByType(tokens: Histogram): (step: Step<"llm">, attributes: Attributes) => void {
  return ({ detail, context }, attributes) => {
    const { inputTokens, outputTokens } = detail.response.usage ?? {};
    for (const [type, count] of [
      ["input", inputTokens],
      ["output", outputTokens],
    ] as const) {
      if (count !== undefined)
        tokens.record(count, { ...attributes, "gen_ai.token.type": type }, context);
    }
  };
}

/** How many calls an agent made by itself; those of a sub-agent are the sub-agent's. */
const calls = new WeakMap<Step, { inferences: number; tools: number }>();

function countIn(step: Step, what: "inferences" | "tools"): void {
  for (let above = step.parent; above !== undefined; above = above.parent) {
    // A call within a call is one call.
    if (what === "inferences" && isKind(above, "llm")) return;
    if (!isKind(above, "turn") && !isKind(above, "agent")) continue;
    const known = calls.get(above) ?? { inferences: 0, tools: 0 };
    known[what] += 1;
    calls.set(above, known);
    return;
  }
}

function inferenceOf({ detail }: Step<"llm">): Attributes {
  const { model } = detail.response;
  return {
    [attr.genAiOperationName]: detail.operation,
    [attr.genAiProviderName]: detail.provider,
    [attr.genAiRequestModel]: detail.model,
    ...(model !== undefined && { [attr.genAiResponseModel]: model }),
  };
}

function agentOf(step: Step): Attributes {
  const name = "agent" in step.detail ? step.detail.agent : undefined;
  const agent = name ?? step.agentRun?.name ?? step.agent;
  return agent === undefined ? {} : { [attr.genAiAgentName]: agent };
}

function secondsOf(step: Step): number {
  return (step.durationMs ?? 0) / 1e3;
}
