import {
  context as contexts,
  SamplingDecision,
  SpanKind,
  trace,
  TraceFlags,
  type Context,
  type Span,
  type SpanContext,
  type SpanOptions,
  type Tracer,
} from "@opentelemetry/api";

import { isQuiet } from "../../export/quiet.ts";
import type { IdGenerator } from "../../stamp/id-generator.ts";
import type { Sampler } from "../../stamp/sampler.ts";
import { startingPlacement } from "../../trace/placement.ts";
import { hasIds } from "../../trace/trace.ts";
import type { Processors, Resource, Scope } from "./readable.ts";
import { StepSpan } from "./step-span.ts";

export interface StepTracerOptions {
  readonly scope: Scope;
  readonly resource: Resource;
  readonly sampler: Sampler;
  readonly ids: IdGenerator;
  readonly processors: Processors;
}

/**
 * The tracer of this package where start() set up the providers: steps get a {@link StepSpan}, asked of the same sampler and
 * told to the same processors. Whoever else takes a tracer of this name gets the SDK's own spans.
 */
export class StepTracer implements Tracer {
  readonly startActiveSpan: Tracer["startActiveSpan"];
  readonly #official: Tracer;
  readonly #options: StepTracerOptions;

  constructor(official: Tracer, options: StepTracerOptions) {
    this.startActiveSpan = official.startActiveSpan.bind(official);
    this.#official = official;
    this.#options = options;
  }

  startSpan(name: string, options: SpanOptions = {}, context: Context = contexts.active()): Span {
    if (startingPlacement() === undefined || isQuiet(context)) {
      return this.#official.startSpan(name, options, context);
    }
    const { sampler, ids, processors, resource, scope } = this.#options;
    const above = trace.getSpan(context)?.spanContext();
    const parent = above !== undefined && hasIds(above) ? above : undefined;
    const spanId = ids.generateSpanId();
    const traceId = parent?.traceId ?? ids.generateTraceId();
    const { kind = SpanKind.INTERNAL, attributes = {}, links = [], startTime } = options;
    const answer = sampler.shouldSample(context, traceId, name, kind, attributes, links);
    const sampled = answer.decision === SamplingDecision.RECORD_AND_SAMPLED;
    const traceState = answer.traceState ?? parent?.traceState;
    const spanContext: SpanContext = {
      traceId,
      spanId,
      traceFlags: sampled ? TraceFlags.SAMPLED : TraceFlags.NONE,
      ...(traceState !== undefined && { traceState }),
    };
    if (answer.decision === SamplingDecision.NOT_RECORD) return trace.wrapSpanContext(spanContext);
    const span = new StepSpan({
      name,
      kind,
      spanContext,
      parent,
      startTime,
      attributes: answer.attributes ? Object.assign(attributes, answer.attributes) : attributes,
      links,
      resource,
      scope,
      processors,
    });
    for (const processor of processors) processor.onStart(span, context);
    return span;
  }
}
