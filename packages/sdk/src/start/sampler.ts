import { diag } from "@opentelemetry/api";
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  type Sampler,
} from "@opentelemetry/sdk-trace";

import type { Env } from "../export/index.ts";

/** OTEL_TRACES_SAMPLER and OTEL_TRACES_SAMPLER_ARG, as the specification reads them. */
export function samplerFrom(env: Env): Sampler {
  const asked = env["OTEL_TRACES_SAMPLER"]?.trim() || "parentbased_always_on";
  const root = rootSampler(asked.replace(/^parentbased_/, ""), env);
  if (root === undefined) {
    diag.warn(`throughline: the sampler "${asked}" is not known; every session is sampled.`);
    return new ParentBasedSampler({ root: new AlwaysOnSampler() });
  }
  return asked.startsWith("parentbased_") ? new ParentBasedSampler({ root }) : root;
}

function rootSampler(name: string, env: Env): Sampler | undefined {
  switch (name) {
    case "always_on":
      return new AlwaysOnSampler();
    case "always_off":
      return new AlwaysOffSampler();
    case "traceidratio":
      return new TraceIdRatioBasedSampler(ratioFrom(env));
    default:
      return undefined;
  }
}

function ratioFrom(env: Env): number {
  const argument = env["OTEL_TRACES_SAMPLER_ARG"]?.trim() || "1";
  const ratio = Number(argument);
  if (ratio >= 0 && ratio <= 1) return ratio;
  diag.warn(`throughline: OTEL_TRACES_SAMPLER_ARG="${argument}" is no ratio; 1 is used instead.`);
  return 1;
}
