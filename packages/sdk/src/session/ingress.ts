import { trace, type Span } from "@opentelemetry/api";

import { stamp, stampOf } from "../identity.ts";
import { sessionKey } from "../settings.ts";
import { linksToRoot } from "../trace/position.ts";
import { hasIds } from "../trace/trace.ts";
import type { SessionMemory } from "./memory.ts";

/** The span that is active where work comes in: an HTTP server's, a consumer's, another session's. Never a root of ours. */
export function ingressSpan(session: SessionMemory | undefined): Span | undefined {
  const span = trace.getActiveSpan();
  if (span === undefined) return undefined;
  if (span === session?.current?.rootSpan) return undefined;
  const context = span.spanContext();
  if (!hasIds(context)) return undefined;
  const { spanId } = context;
  return spanId === session?.root?.spanId || spanId === session?.current?.root.spanId
    ? undefined
    : span;
}

/**
 * The span that let a session in belongs to it, unless it already belongs to one: a session that is opened inside another
 * must not relabel the outer one's work.
 */
export function claimIngress(span: Span, session: SessionMemory): void {
  if (!span.isRecording() || stampOf(span) !== undefined) return;
  const { attributes } = span as { readonly attributes?: { readonly [key: string]: unknown } };
  const key = sessionKey("span");
  const known = attributes?.[key];
  if (known !== undefined && known !== session.id) return;
  stamp(span, { sessionId: session.id, trace: undefined, foreign: true });
  span.setAttribute(key, session.id);
  for (const link of linksToRoot(session)) span.addLink(link);
}
