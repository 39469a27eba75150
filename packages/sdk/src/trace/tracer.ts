import { createRequire } from "node:module";

import { trace, type Tracer, type TracerProvider } from "@opentelemetry/api";

const { name, version } = createRequire(import.meta.url)("../../package.json") as {
  readonly name: string;
  readonly version: string;
};

/** The instrumentation scope of everything this package emits itself. */
export const scope: { readonly name: string; readonly version: string } = { name, version };

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
