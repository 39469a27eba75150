import { TraceFlags, type SpanContext } from "@opentelemetry/api";

import type { SessionMemory } from "../session/memory.ts";
import type { Placement } from "./placement.ts";
import { derivedRoot } from "./position.ts";
import { hasIds } from "./trace.ts";

/**
 * For the first span of a resumed session: nobody here has asked the sampler, and a root that another process told can't be
 * its parent before. So it starts as a root, which asks, and is then moved under the session's root.
 */
export function undecidedPlacement(session: SessionMemory): Placement | undefined {
  if (session.root !== undefined || session.rootless) return undefined;
  const parent = { ...derivedRoot(session), isRemote: true };
  return { session, traceId: parent.traceId, parent, seen: false };
}

/** That span has started; from now on the sampler's answer stands. */
export function learnRoot(
  session: SessionMemory,
  started: SpanContext,
  recording: boolean,
  placement: Placement,
): void {
  if (session.root !== undefined || session.rootless || !hasIds(started)) return;
  const placed = placement.seen || started.traceId === session.derived.traceId;
  if (recording && !placed) session.rootless = true;
  else {
    const flags = recording ? started.traceFlags : TraceFlags.NONE;
    session.root = { ...derivedRoot(session, flags), isRemote: true };
  }
}
