import { context as contexts, trace, type Context, type Link, type Span } from "@opentelemetry/api";

import { withSpan } from "../context/step-context.ts";
import { stampOf } from "../identity.ts";
import type { SessionMemory } from "../session/memory.ts";
import type { Step } from "../step/step.ts";
import { link, linksToRoot, ownRoot, type Position } from "./position.ts";
import { openSegment, tellRoot } from "./roots.ts";
import type { Trace } from "./trace.ts";
import { undecidedPlacement } from "./undecided.ts";

const none: readonly Link[] = Object.freeze([]);

/** Where the span of a step goes. One place decides; nothing else looks at the active span. */
export function positionOf(step: Step): Position {
  const { session } = step;
  if (session === undefined) return outsideSessions(step);
  tellRoot(session);
  if (step.kind === "turn") return turn(step, session);
  if (step.invoker !== undefined) {
    const links =
      step.invoker.span === undefined ? none : [link(step.invoker.span.spanContext(), "invoker")];
    return underRoot(session, step.context, links);
  }
  return underParent(step, session);
}

/** Always at the root, whatever is active: an HTTP server's span, a sub-agent, another session. Those are linked. */
function turn(step: Step, session: SessionMemory): Position {
  const links: Link[] = [];
  if (step.ingress !== undefined) links.push(link(step.ingress, "ingress"));
  if (session.traces === "session") return underRoot(session, step.context, links);
  links.push(...linksToRoot(session));
  if (session.previousTurn !== undefined) links.push(link(session.previousTurn, "previous"));
  return ownRoot(
    session,
    step.context,
    { traceId: crypto.randomUUID().replaceAll("-", "") },
    links,
  );
}

function underParent(step: Step, session: SessionMemory): Position {
  const { parent } = step;
  if (parent?.span !== undefined) {
    const frame = parent.kind === "turn" || parent.kind === "agent";
    if (!frame || parent.trace?.full !== true)
      return under(parent.span, step.context, session, parent.trace);
    // One turn alone is larger than a trace may be. In a trace a turn of its own there is no room in the session's either.
    if (session.traces === "turn" && session.segments === 0) openSegment(session, step.context);
    return underRoot(session, step.context, [link(parent.span.spanContext(), "invoker")]);
  }
  const active = trace.getSpan(contexts.active());
  const known = active?.isRecording() === true ? stampOf(active) : undefined;
  return active !== undefined && known?.sessionId === session.id
    ? under(active, step.context, session, known.trace)
    : underRoot(session, step.context, none);
}

function under(
  span: Span,
  base: Context,
  session: SessionMemory | undefined,
  trace: Trace | undefined,
): Position {
  return {
    context: withSpan(base, span),
    placement: { session, trace, seen: false },
    links: none,
  };
}

/** Under the root of the session's newest trace that has room. */
function underRoot(session: SessionMemory, base: Context, links: readonly Link[]): Position {
  if (session.current !== undefined) {
    const open = session.current.full ? openSegment(session, base) : session.current;
    return {
      context: withSpan(base, open.rootSpan),
      placement: { session, trace: open, seen: false },
      links,
    };
  }
  if (session.rootless) {
    return {
      context: withSpan(base, undefined),
      placement: { session, seen: false },
      links: [...linksToRoot(session), ...links],
    };
  }
  const placement = undecidedPlacement(session) ?? { session, seen: false };
  return { context: withSpan(base, undefined), placement, links };
}

/** No session in reach: wherever the host stands, with no id of ours. */
function outsideSessions(step: Step): Position {
  const { parent, context } = step;
  return parent?.span === undefined
    ? { context, placement: { session: undefined, seen: false }, links: none }
    : under(parent.span, context, undefined, undefined);
}
