import { createRequire } from "node:module";

import {
  trace,
  type Context,
  type Span,
  type SpanOptions,
  type Tracer,
  type TracerProvider,
} from "@opentelemetry/api";

import type { Shared } from "./shared.ts";

const { name, version } = createRequire(import.meta.url)("../../package.json") as {
  readonly name: string;
  readonly version: string;
};

/** The instrumentation scope of everything this package emits itself. */
export const scope: { readonly name: string; readonly version: string } = { name, version };

/** A tracer of ours: it is told once, and not in each span's options, what many spans share. */
export interface StepTracer extends Tracer {
  startStep(name: string, options: SpanOptions, context: Context, shared: readonly Shared[]): Span;
}

/** A span of such a tracer, which can come to share more by its end. */
export interface SharingSpan extends Span {
  /** False if it has to be written as any other attribute. */
  share(one: Shared): boolean;
}

export function canShare(span: Span): span is SharingSpan {
  return "share" in span;
}

export function takesSteps(tracer: Tracer): tracer is StepTracer {
  return "startStep" in tracer;
}

let provider: TracerProvider | undefined;
let tracer: Tracer | undefined;

/** Kept while the global provider stays the same: asking for a tracer is a look-up by a string built on the spot. */
export function currentTracer(): Tracer {
  const registered = trace.getTracerProvider();
  if (tracer === undefined || provider !== registered) {
    provider = registered;
    tracer = registered.getTracer(scope.name, scope.version);
  }
  return tracer;
}
