import type { Tracer } from "@opentelemetry/api";
import { TracerProvider, type TracerProviderOptions } from "@opentelemetry/sdk-trace";

import { scope } from "../../trace/tracer.ts";
import type { SessionSampler } from "../../stamp/sampler.ts";
import type { IdGenerator } from "../../stamp/id-generator.ts";
import type { Resource } from "./readable.ts";
import { StepTracer } from "./step-tracer.ts";

export interface StepTracerProviderOptions extends TracerProviderOptions {
  readonly resource: Resource;
  readonly sampler: SessionSampler;
  readonly idGenerator: IdGenerator;
  readonly spanProcessors: NonNullable<TracerProviderOptions["spanProcessors"]>;
}

/** The SDK's provider, with a tracer of its own for the steps of sessions. */
export class StepTracerProvider extends TracerProvider {
  readonly #steps: StepTracer;

  constructor(options: StepTracerProviderOptions) {
    super(options);
    const { resource, sampler, idGenerator: ids, spanProcessors: processors } = options;
    const official = super.getTracer(scope.name, scope.version);
    this.#steps = new StepTracer(official, { scope, resource, sampler, ids, processors });
  }

  override getTracer(name: string, version?: string, options?: { schemaUrl?: string }): Tracer {
    return name === scope.name && version === scope.version
      ? this.#steps
      : super.getTracer(name, version, options);
  }
}
