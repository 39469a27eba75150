import type { Context } from "@opentelemetry/api";

import { count } from "../health.ts";
import { stamp, stampOf } from "../identity.ts";
import { sessionKey } from "../settings.ts";
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
  /** Spans of others that count toward a trace of ours; our own steps count themselves. */
  readonly #counted = new WeakSet<object>();

  onStart(span: StartedSpan, parentContext: Context): void {
    const placement = takePlacement();
    if (placement !== undefined) {
      place(span, placement);
      if (placement.session !== undefined) {
        stamp(span, { sessionId: placement.session.id, trace: undefined });
      }
      return;
    }
    const belonging = belongingOf(parentContext, "span");
    if (belonging !== undefined) this.#adopt(span, belonging);
  }

  onEnding(span: StartedSpan): void {
    const settled = stampOf(span);
    if (settled === undefined) return;
    const key = sessionKey("span");
    if (span.attributes[key] === settled.sessionId) return;
    span.setAttribute(key, settled.sessionId);
    count("restoredIds");
  }

  onEnd(span: object): void {
    const trace = this.#counted.has(span) ? stampOf(span)?.trace : undefined;
    if (trace !== undefined) trace.bytes += estimatedBytes(span);
  }

  async forceFlush(): Promise<void> {}

  async shutdown(): Promise<void> {}

  #adopt(span: StartedSpan, belonging: Belonging): void {
    const { sessionId, attributes } = belonging;
    const told = span.attributes[sessionKey("span")];
    if (told !== undefined && told !== sessionId) count("restoredIds");
    span.setAttributes(attributes);
    const parent = span.parentSpanContext;
    if (parent === undefined || parent.isRemote === true) this.#tieToRoot(span, belonging);

    const context = span.spanContext();
    const trace = belonging.trace?.root.traceId === context.traceId ? belonging.trace : undefined;
    stamp(span, { sessionId, trace });
    if (trace === undefined || !isSampled(context)) return;
    trace.spans += 1;
    this.#counted.add(span);
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
