import type { Context } from "@opentelemetry/api";

import { attr } from "@throughline/core";

import { count } from "../health.ts";
import { stamp, stampOf } from "../identity.ts";
import { sessionKey, suggestInstanceId } from "../settings.ts";
import { takePlacement, type Placement } from "../trace/placement.ts";
import { link } from "../trace/position.ts";
import { learnRoot, undecidedPlacement } from "../trace/undecided.ts";
import { estimatedBytes, isSampled } from "../trace/trace.ts";
import { belongingOf, rootToLink, type Belonging } from "./belonging.ts";
import type { SpanProcessor, StartedSpan } from "./readable.ts";

/**
 * Gives every span its session as it starts, and puts it back should something else write over it. Goes first in the
 * host's list of span processors, so that all others see the ids that will be exported.
 */
export class SessionSpanProcessor implements SpanProcessor {
  #toldInstance = false;

  onStart(span: StartedSpan, parentContext: Context): void {
    if (!this.#toldInstance) this.#tellInstance(span);
    const placement = takePlacement();
    if (placement !== undefined) {
      place(span, placement);
      const { session, trace } = placement;
      if (session !== undefined) stamp(span, { sessionId: session.id, trace, foreign: false });
      return;
    }
    // Installed twice, the second one has nothing to do.
    const belonging = stampOf(span) ? undefined : belongingOf(parentContext, "span");
    if (belonging !== undefined) this.#adopt(span, belonging);
  }

  onEnding(span: StartedSpan): void {
    // A span whose identity is the shared one still: nobody wrote over it.
    if (span.compact !== undefined) return;
    const settled = stampOf(span);
    if (settled === undefined) return;
    const key = sessionKey("span");
    if (span.attributes[key] === settled.sessionId) return;
    span.setAttribute(key, settled.sessionId);
    count("restoredIds");
  }

  onEnd(span: object): void {
    const settled = stampOf(span);
    if (settled?.foreign === true && settled.trace !== undefined) {
      settled.trace.bytes += estimatedBytes(span);
    }
  }

  async forceFlush(): Promise<void> {}

  async shutdown(): Promise<void> {}

  /** The host's resource says which process this is; segments are named after it. */
  #tellInstance({ resource }: StartedSpan): void {
    this.#toldInstance = true;
    const id = resource?.attributes[attr.serviceInstanceId];
    if (typeof id === "string" && id !== "") suggestInstanceId(id);
  }

  #adopt(span: StartedSpan, belonging: Belonging): void {
    const { sessionId, attributes } = belonging;
    const told = span.attributes[sessionKey("span")];
    if (told !== undefined && told !== sessionId) count("restoredIds");
    span.setAttributes(attributes);
    const parent = span.parentSpanContext;
    if (parent === undefined || parent.isRemote === true) this.#tieToRoot(span, belonging);

    const context = span.spanContext();
    const counts = belonging.trace?.root.traceId === context.traceId && isSampled(context);
    const trace = counts ? belonging.trace : undefined;
    stamp(span, { sessionId, trace, foreign: true });
    if (trace !== undefined) trace.spans += 1;
  }

  /** Where a trace begins in this process: it is the session's, or linked to the session. */
  #tieToRoot(span: StartedSpan, belonging: Belonging): void {
    const session = belonging.identity?.session;
    if (session !== undefined && span.parentSpanContext === undefined) {
      const placement = undecidedPlacement(session);
      if (placement !== undefined) {
        place(span, placement);
        placement.seen = true;
        learnRoot(session, span.spanContext(), true, placement);
        return;
      }
    }
    const root = rootToLink(belonging, span.spanContext());
    if (root !== undefined) span.addLink(link(root, "session"));
  }
}

/** The context of a span that has just started is a plain object on both lines, and nobody has copied it yet. */
function place(span: StartedSpan, { traceId, spanId, parent }: Placement): void {
  const context = span.spanContext();
  if (traceId !== undefined) Reflect.set(context, "traceId", traceId);
  if (spanId !== undefined) Reflect.set(context, "spanId", spanId);
  if (parent !== undefined) Reflect.set(span, "parentSpanContext", parent ?? undefined);
}
