import type { Attributes } from "@opentelemetry/api";

import { publishCall } from "../hooks/channels.ts";
import type { Plugin } from "../hooks/plugin.ts";
import type { Identity } from "../identity.ts";
import type { Usage } from "../step/details.ts";
import { isKind, type Step } from "../step/step.ts";

/** An answer of a model and what it used: of a step of ours, or of a span that a provider's instrumentation made. */
export interface ModelCall {
  /** Whose it was; undefined outside of sessions. */
  readonly identity: Identity | undefined;
  readonly provider: string | undefined;
  /** As the answer names it; else as it was asked for. */
  readonly model: string;
  readonly usage: Usage;
  /** Milliseconds since the epoch. */
  readonly atMs: number;
  /** US dollars, as soon as somebody knows. */
  usd: number | undefined;
  /** Writes on the call's span. */
  set(attributes: Attributes): void;
}

/** Model calls that hold another one whose span says what was used: they must not say it again (C16). */
const enclosing = new WeakSet<Step>();

/** Tells of each call once, and lets the innermost span alone have the usage. Works for every step of ours. */
export const modelCalls: Plugin = {
  name: "model calls",
  on: { "llm:success": settled, "llm:error": settled, "llm:cancel": settled },
};

function settled(step: Step<"llm">): void {
  const { detail } = step;
  const { usage, model } = detail.response;
  if (usage === undefined) return;
  if (enclosing.has(step)) {
    detail.response = { ...detail.response, usage: undefined };
    return;
  }
  encloseAll(step.parent);
  publishCall({
    identity: step.session === undefined ? undefined : step,
    provider: detail.provider,
    model: model ?? detail.model,
    usage,
    atMs: step.startTime,
    usd: undefined,
    set: (attributes) => step.set(attributes),
  });
}

/** The usage is told by a span below these. */
export function encloseAll(step: Step | undefined): void {
  for (let at = step; at !== undefined; at = at.parent) if (isKind(at, "llm")) enclosing.add(at);
}

/** Whether a call within this one was told already. */
export function isEnclosing(step: Step): boolean {
  return enclosing.has(step);
}
