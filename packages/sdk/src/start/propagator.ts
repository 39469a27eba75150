import { diag, type TextMapPropagator } from "@opentelemetry/api";
import {
  CompositePropagator,
  W3CBaggagePropagator,
  W3CTraceContextPropagator,
} from "@opentelemetry/core";

import { SessionPropagator } from "../carry/index.ts";
import type { Env } from "../export/index.ts";

/** OTEL_PROPAGATORS: the two of the W3C, `tracecontext` and `baggage`, or `none`. */
export function propagatorFrom(env: Env): TextMapPropagator {
  const asked = (env["OTEL_PROPAGATORS"]?.trim() || "tracecontext,baggage").split(",");
  const propagators = asked.flatMap((name) => propagatorCalled(name.trim()));
  return new SessionPropagator(new CompositePropagator({ propagators }));
}

function propagatorCalled(name: string): TextMapPropagator[] {
  switch (name) {
    case "tracecontext":
      return [new W3CTraceContextPropagator()];
    case "baggage":
      return [new W3CBaggagePropagator()];
    case "none":
      return [];
    default:
      diag.warn(`throughline: the propagator "${name}" is not known here and is left out.`);
      return [];
  }
}
