import {
  propagation,
  trace,
  type Attributes,
  type Context,
  type SpanContext,
} from "@opentelemetry/api";
import { attr, baggageKeys, parseSessionId, sessionRoot } from "@throughline/core";

import { count } from "../health.ts";
import { identityIn } from "../context/step-context.ts";
import { identityAttributes, stampOf, type Identity } from "../identity.ts";
import { sessionKey } from "../settings.ts";
import type { Trace } from "../trace/trace.ts";

/** To which session a record belongs that is not one of our own steps, and what it is to carry. */
export interface Belonging {
  readonly sessionId: string;
  /** Known when the identity stood in the context itself. */
  readonly identity: Identity | undefined;
  readonly attributes: Attributes;
  readonly trace: Trace | undefined;
}

/** Our own key, then baggage, then the parent span. */
export function belongingOf(context: Context, signal: "span" | "log"): Belonging | undefined {
  const identity = identityIn(context);
  if (identity !== undefined) {
    return {
      sessionId: identity.sessionId,
      identity,
      attributes: identityAttributes(identity, signal),
      trace: identity.step?.trace ?? identity.session?.current,
    };
  }
  return fromBaggage(context, signal) ?? fromParent(context, signal);
}

function fromBaggage(context: Context, signal: "span" | "log"): Belonging | undefined {
  const baggage = propagation.getBaggage(context);
  const sessionId = carried(baggage?.getEntry(baggageKeys.sessionId)?.value);
  if (baggage === undefined || sessionId === undefined) return undefined;
  const attributes: Attributes = { [sessionKey(signal)]: sessionId };
  for (const key of [baggageKeys.turnId, baggageKeys.agentRunId]) {
    const value = carried(baggage.getEntry(key)?.value);
    if (value !== undefined) attributes[key] = value;
  }
  const index = Number(baggage.getEntry(baggageKeys.turnIndex)?.value ?? Number.NaN);
  if (Number.isSafeInteger(index) && index >= 0) attributes[attr.turnIndex] = index;
  return { sessionId, identity: undefined, attributes, trace: undefined };
}

function carried(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  const { id } = parseSessionId(value, "carrier");
  if (id === undefined) count("rejectedIds");
  return id;
}

const inheritedKeys = [
  attr.turnId,
  attr.turnIndex,
  attr.genAiAgentName,
  attr.agentRunId,
  attr.agentParentRunId,
];

function fromParent(context: Context, signal: "span" | "log"): Belonging | undefined {
  const parent = trace.getSpan(context);
  if (parent === undefined) return undefined;
  const { attributes: told = {} } = parent as {
    readonly attributes?: { readonly [key: string]: unknown };
  };
  const stamp = stampOf(parent);
  const sessionId = stamp?.sessionId ?? told[sessionKey("span")];
  if (typeof sessionId !== "string") return undefined;
  const attributes: Attributes = { [sessionKey(signal)]: sessionId };
  for (const key of inheritedKeys) {
    const value = told[key];
    if (typeof value === "string" || typeof value === "number") attributes[key] = value;
  }
  return { sessionId, identity: undefined, attributes, trace: stamp?.trace };
}

/** A trace that is not the session's own is tied to the session's root (C07) where it begins in this process. */
export function rootToLink(belonging: Belonging, context: SpanContext): SpanContext | undefined {
  const root = belonging.identity?.session?.root ?? {
    ...sessionRoot(belonging.sessionId),
    traceFlags: 0,
  };
  return root.traceId === context.traceId ? undefined : root;
}
