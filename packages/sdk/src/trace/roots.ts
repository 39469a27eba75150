import { type Context, type Link, type Span } from "@opentelemetry/api";
import { segmentRoot, spanName, type RootContext } from "@throughline/core";

import { noticeOtherApi } from "../api-copies.ts";
import { now } from "../clock.ts";
import { count } from "../health.ts";
import { stamp } from "../identity.ts";
import type { SessionMemory } from "../session/memory.ts";
import { currentSettings } from "../settings.ts";
import type { Step } from "../step/step.ts";
import { rootAttributes } from "./attributes.ts";
import { derivedRoot, link, linksToRoot, ownRoot, rootOf, startAt } from "./position.ts";
import { estimatedBytes, hasIds, isSampled, type Trace } from "./trace.ts";

/**
 * The session's root: a real span, and a short one, so that nothing hangs on a parent that comes hours later or never.
 * Told once; another process that opens the same session repeats the same ids.
 */
export function tellRoot(session: SessionMemory): void {
  const { step } = session;
  if (step === undefined || !session.opened || session.rootTold) return;
  const { ingress } = step;
  const links = ingress === undefined ? [] : [link(ingress, "ingress")];
  const span = startRoot(session, step.context, session.derived, links, step);
  // Nobody was asked: there is no SDK behind the API yet, or tracing is suppressed here. The next step tries again.
  if (!hasIds(span.spanContext())) return noticeOtherApi();
  session.rootTold = true;
  if (session.root === undefined) {
    session.root = span.isRecording() ? span.spanContext() : derivedRoot(session);
  }
  // Its ids are all that is needed from here on, and a session is remembered for long.
  step.span = session.trunk?.rootSpan;
  finishRoot(span, session, session.current);
}

/** The next trace of a session whose traces so far are full. */
export function openSegment(session: SessionMemory, base: Context): Trace {
  session.segments += 1;
  count("segments");
  const ids = segmentRoot(session.id, currentSettings().instanceId, session.segments);
  const links = [...linksToRoot(session)];
  if (session.previousSegment !== undefined) links.push(link(session.previousSegment, "previous"));
  const span = startRoot(session, base, ids, links);
  const segment = session.openSegment(
    span.isRecording() ? span.spanContext() : { ...ids, traceFlags: rootOf(session).traceFlags },
  );
  finishRoot(span, session, segment);
  return segment;
}

function startRoot(
  session: SessionMemory,
  base: Context,
  ids: RootContext,
  links: readonly Link[],
  step?: Step<"session">,
): Span {
  const span = startAt(ownRoot(session, base, ids, links), spanName("session", session.agent), {
    startTime: step?.startTime ?? now(),
    attributes: Object.assign(rootAttributes(session), step?.attributes),
  });
  if (span.isRecording() && span.spanContext().traceId !== ids.traceId) {
    count(
      "unplacedRoots",
      () =>
        "roots of sessions keep random trace ids here, so other processes can't join their traces: install " +
        "SessionSpanProcessor first in the list of span processors, or SessionIdGenerator",
    );
    span.addLink(link(derivedRoot(session), "session"));
  }
  return span;
}

function finishRoot(span: Span, session: SessionMemory, trace: Trace | undefined): void {
  stamp(span, { sessionId: session.id, trace, foreign: false });
  if (trace !== undefined && isSampled(span.spanContext())) {
    trace.spans += 1;
    trace.bytes += estimatedBytes(span);
  }
  span.end(now());
}
