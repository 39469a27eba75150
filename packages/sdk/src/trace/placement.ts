import type { Context, Span, SpanContext, SpanOptions } from "@opentelemetry/api";

import type { SessionMemory } from "../session/memory.ts";
import type { Shared } from "./shared.ts";
import type { Trace } from "./trace.ts";
import { currentTracer, takesSteps } from "./tracer.ts";

/**
 * Where a span of ours belongs when the OTel API can't say it: the API lets nobody choose ids, nor a parent other than the
 * one the sampler is asked with. Whoever can (the id generator, the span processor) reads it while the span starts.
 */
export interface Placement {
  readonly session: SessionMemory | undefined;
  /** The trace of ours it joins; undefined where one begins, and outside of sessions. */
  readonly trace?: Trace | undefined;
  readonly traceId?: string;
  readonly spanId?: string;
  /** Undefined: as it starts. Null: none, the span becomes a root. */
  readonly parent?: SpanContext | null;
  /** Set by the processor, so that it shows whether one is installed. */
  seen: boolean;
}

// Starting a span is synchronous, so this is never anybody's but the span's that starts right now.
let starting: Placement | undefined;

export function startPlaced(
  placement: Placement,
  name: string,
  options: SpanOptions,
  context: Context,
  shared: readonly Shared[],
): Span {
  const outer = starting;
  starting = placement;
  const tracer = currentTracer();
  try {
    return shared.length > 0 && takesSteps(tracer)
      ? tracer.startStep(name, options, context, shared)
      : tracer.startSpan(name, options, context);
  } finally {
    starting = outer;
  }
}

/** For those who are asked before the span exists: id generator and sampler. */
export function startingPlacement(): Placement | undefined {
  return starting;
}

/** For the processor: the placement is this span's, and no other's that may start inside. */
export function takePlacement(): Placement | undefined {
  const placement = starting;
  starting = undefined;
  if (placement !== undefined) placement.seen = true;
  return placement;
}
