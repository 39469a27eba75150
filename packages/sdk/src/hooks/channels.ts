import { channel, type Channel } from "node:diagnostics_channel";

import { stepKinds, type StepKind } from "@throughline/core";

import type { ModelCall } from "../plugins/model-calls.ts";
import type { Step } from "../step/step.ts";

/**
 * `start`, then exactly one of `success`, `error` and `cancel` (cancelled or interrupted), while attributes can still be
 * set, then `end`, with which the span is closed.
 */
export type Phase = "start" | "success" | "error" | "cancel" | "end";
const phases: readonly Phase[] = ["start", "success", "error", "cancel", "end"];

/**
 * `turn:start`, `llm:end`, `tool.execution:error` ...; on `node:diagnostics_channel` with `throughline:` in front.
 * `model:call` comes once for each answer of a model that says what it used, whoever makes the span of it.
 */
export type EventName = `${StepKind}:${Phase}` | "model:call";

/** What comes with each event. */
export type Events = {
  readonly [K in StepKind as `${K}:${Phase}`]: Step<K>;
} & { readonly "model:call": ModelCall };

const prefix = "throughline:";

export type Channels = { readonly [phase in Phase]: Channel };

// Held strongly: Node forgets channels nobody refers to, and a publisher would then look each one up by name.
const channels = Object.fromEntries(
  stepKinds.map((kind) => [
    kind,
    Object.fromEntries(phases.map((phase) => [phase, channel(`${prefix}${kind}:${phase}`)])),
  ]),
) as Record<StepKind, Channels>;

export function channelsOf(kind: StepKind): Channels {
  return channels[kind];
}

export function publish(channel: Channel, step: Step): void {
  if (channel.hasSubscribers) channel.publish(step);
}

const calls = channelOf("model:call");

export function publishCall(call: ModelCall): void {
  if (calls.hasSubscribers) calls.publish(call);
}

export function channelOf(event: EventName): Channel {
  return channel(`${prefix}${event}`);
}
