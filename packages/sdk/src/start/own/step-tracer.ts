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
import type { SessionSampler } from "../../stamp/sampler.ts";
import { startingPlacement } from "../../trace/placement.ts";
import type { Shared } from "../../trace/shared.ts";
import { hasIds } from "../../trace/trace.ts";
import type { StepTracer as TakesSteps } from "../../trace/tracer.ts";
import type { Surroundings } from "./readable.ts";
import { StepSpan } from "./step-span.ts";

export interface StepTracerOptions extends Surroundings {
  readonly sampler: SessionSampler;
  readonly ids: IdGenerator;
}

const { NOT_RECORD, RECORD_AND_SAMPLED } = SamplingDecision;
const nothing: readonly never[] = Object.freeze([]);

/**
 * The tracer of this package where start() set up the providers: steps get a {@link StepSpan}, asked of the same sampler and
 * told to the same processors. Whoever else takes a tracer of this name gets the SDK's own spans.
 */
export class StepTracer implements TakesSteps {
  readonly startActiveSpan: Tracer["startActiveSpan"];
  readonly #official: Tracer;
  readonly #options: StepTracerOptions;

  constructor(official: Tracer, options: StepTracerOptions) {
    this.startActiveSpan = official.startActiveSpan.bind(official);
    this.#official = official;
    this.#options = options;
  }

  startSpan(name: string, options: SpanOptions = {}, context: Context = contexts.active()): Span {
    return startingPlacement() === undefined
      ? this.#official.startSpan(name, options, context)
      : this.startStep(name, options, context, nothing);
  }

  startStep(name: string, options: SpanOptions, context: Context, shared: readonly Shared[]): Span {
    if (isQuiet(context)) return this.#official.startSpan(name, options, context);
    const { sampler, ids, processors } = this.#options;
    const above = trace.getSpan(context)?.spanContext();
    const parent = above !== undefined && hasIds(above) ? above : undefined;
    const spanId = ids.generateSpanId();
    const traceId = parent?.traceId ?? ids.generateTraceId();
    const { kind = SpanKind.INTERNAL, attributes = {}, links = nothing } = options;

    const session = startingPlacement()?.session;
    const known = session === undefined ? undefined : sampler.decided(session);
    let decision = known === false ? NOT_RECORD : RECORD_AND_SAMPLED;
    let traceState = parent?.traceState;
    if (known === undefined) {
      // Once a session, and then with everything that can be said.
      for (const one of shared) Object.assign(attributes, one.attributes);
      const answer = sampler.shouldSample(context, traceId, name, kind, attributes, [...links]);
      if (answer.attributes !== undefined) Object.assign(attributes, answer.attributes);
      decision = answer.decision;
      traceState = answer.traceState ?? traceState;
    }
    const traceFlags = decision === RECORD_AND_SAMPLED ? TraceFlags.SAMPLED : TraceFlags.NONE;
    const spanContext: SpanContext =
      traceState === undefined
        ? { traceId, spanId, traceFlags }
        : { traceId, spanId, traceFlags, traceState };
    if (decision === NOT_RECORD) return trace.wrapSpanContext(spanContext);
    const span = new StepSpan(this.#options, {
      name,
      kind,
      spanContext,
      parent,
      startTime: options.startTime,
      attributes,
      shared: known === undefined ? nothing : shared,
      links,
    });
    for (const processor of processors) processor.onStart(span, context);
    return span;
  }
}
