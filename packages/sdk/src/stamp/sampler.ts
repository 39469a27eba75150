import {
  SamplingDecision,
  trace,
  type Attributes,
  type Context,
  type Link,
  type SamplingResult,
  type SpanKind,
} from "@opentelemetry/api";

import { identityIn } from "../context/step-context.ts";
import type { SessionMemory } from "../session/memory.ts";
import { startingPlacement } from "../trace/placement.ts";
import { isSampled } from "../trace/trace.ts";

/** Fits the Sampler of both lines. */
export interface Sampler {
  shouldSample(
    context: Context,
    traceId: string,
    name: string,
    kind: SpanKind,
    attributes: Attributes,
    links: Link[],
  ): SamplingResult;
  toString(): string;
}

/**
 * A whole session or none of it, whatever the host's sampler: it is asked once a session, with the trace id that every
 * process derives, and its answer holds for all traces the session comes to have.
 */
export class SessionSampler implements Sampler {
  readonly #host: Sampler;

  constructor(host: Sampler) {
    this.#host = host;
  }

  shouldSample(...args: Parameters<Sampler["shouldSample"]>): SamplingResult {
    const [context, , ...rest] = args;
    const session = startingPlacement()?.session ?? identityIn(context)?.session;
    if (session === undefined) return this.#host.shouldSample(...args);
    const sampled = this.decided(session);
    if (sampled === undefined) {
      return this.#host.shouldSample(trace.deleteSpan(context), session.derived.traceId, ...rest);
    }
    return {
      decision: sampled ? SamplingDecision.RECORD_AND_SAMPLED : SamplingDecision.NOT_RECORD,
    };
  }

  /** What was answered for the session; undefined as long as nobody was asked. */
  decided({ root }: SessionMemory): boolean | undefined {
    return root === undefined ? undefined : isSampled(root);
  }

  toString(): string {
    return `SessionSampler{${this.#host.toString()}}`;
  }
}
