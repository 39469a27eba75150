import {
  TraceFlags,
  type Context,
  type Link,
  type Span,
  type SpanContext,
  type SpanOptions,
} from "@opentelemetry/api";
import { attr, type LinkReason } from "@throughline/core";

import { withSpan } from "../context/step-context.ts";
import type { SessionMemory } from "../session/memory.ts";
import { startPlaced, type Placement } from "./placement.ts";
import type { Shared } from "./shared.ts";
import { isSampled } from "./trace.ts";

/** Where a span is to stand: the context it starts in, and what the OTel API can't say about it. */
export interface Position {
  /** Its active span is what the sampler sees as the parent. */
  readonly context: Context;
  readonly placement: Placement;
  readonly links: readonly Link[];
}

const nothing: readonly Shared[] = Object.freeze([]);

/** What is shared goes to a tracer that takes it; for any other it is among the options' attributes. */
export function startAt(
  position: Position,
  name: string,
  options: SpanOptions,
  shared: readonly Shared[] = nothing,
): Span {
  const { placement, context, links } = position;
  if (links.length > 0) options.links = [...links];
  const span = startPlaced(placement, name, options, context, shared);
  if (placement.seen && placement.session !== undefined) placement.session.placing = true;
  return span;
}

export function link(context: SpanContext, reason: LinkReason): Link {
  return { context, attributes: { [attr.link]: reason } };
}

/** The root as every process derives it. Not marked sampled by itself: a child would switch the host's sampler off. */
export function derivedRoot(
  session: SessionMemory,
  traceFlags: TraceFlags = TraceFlags.NONE,
): SpanContext {
  return { ...session.derived, traceFlags };
}

/** The root as it is, else as it must be elsewhere. */
export function rootOf(session: SessionMemory): SpanContext {
  return session.root ?? derivedRoot(session);
}

/** Ties another trace to the session: by the root every process derives, and by the real one where that got random ids. */
export function linksToRoot(session: SessionMemory): readonly Link[] {
  const root = rootOf(session);
  const links = [link(root, "session")];
  if (root.traceId !== session.derived.traceId) links.push(link(derivedRoot(session), "session"));
  return links;
}

/**
 * A root of its own that follows the session's sampling decision: it starts as the session root's child and is then cut
 * loose. Where nobody can do that the sampler is asked once more.
 */
export function ownRoot(
  session: SessionMemory,
  base: Context,
  ids: { readonly traceId: string; readonly spanId?: string },
  links: readonly Link[],
): Position {
  const { trunk, placing } = session;
  const follow = trunk !== undefined && (placing || !isSampled(trunk.root));
  return {
    context: withSpan(base, follow ? trunk.rootSpan : undefined),
    placement: { session, ...ids, ...(follow && { parent: null }), seen: false },
    links,
  };
}
