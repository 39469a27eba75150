import type { SpanContext } from "@opentelemetry/api";

import type { SessionMemory } from "../session/memory.ts";
import type { Placement } from "./placement.ts";
import { derivedRoot } from "./position.ts";

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
  if (session.root !== undefined || session.rootless || placement.parent === undefined) return;
  if (!recording) session.root = derivedRoot(session);
  else if (started.traceId === session.derived.traceId) {
    session.root = { ...derivedRoot(session, started.traceFlags), isRemote: true };
  } else session.rootless = true;
}
