import type { TracerProviderOptions, SpanProcessor } from "@opentelemetry/sdk-trace";

export type Processors = readonly SpanProcessor[];
export type Resource = NonNullable<TracerProviderOptions["resource"]>;

export interface Scope {
  readonly name: string;
  readonly version: string;
}

/** What all spans of a tracer stand in. */
export interface Surroundings {
  readonly scope: Scope;
  readonly resource: Resource;
  readonly processors: Processors;
}
