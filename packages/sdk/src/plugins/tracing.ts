import { SpanStatusCode, trace } from "@opentelemetry/api";
import { attr, stepKinds, type StepKind } from "@throughline/core";

import type { EventName } from "../hooks/channels.ts";
import type { Plugin } from "../hooks/plugin.ts";
import { contextOf, withSpan } from "../context/step-context.ts";
import { stamp } from "../identity.ts";
import { errorMessage, errorType, exceptionAttributes, firstTelling } from "../step/failure.ts";
import { isKind, type Step } from "../step/step.ts";
import { attributesAtEnd, attributesAtStart, ownAttributes } from "../trace/attributes.ts";
import { positionOf } from "../trace/parents.ts";
import { link, rootOf, startAt } from "../trace/position.ts";
import { tellRoot } from "../trace/roots.ts";
import { mayShare, sharedEnd, sharedIdentity, type Shared } from "../trace/shared.ts";
import { subjectOf, type Subject } from "../trace/subject.ts";
import { estimatedBytes, hasIds, isSampled, Trace } from "../trace/trace.ts";
import { canShare, currentTracer, takesSteps } from "../trace/tracer.ts";
import { learnRoot } from "../trace/undecided.ts";

/** Makes an OpenTelemetry span of every step. A plugin like any other, only that it is plugged in from the beginning. */
export const tracing: Plugin = {
  name: "tracing",
  on: Object.fromEntries(stepKinds.flatMap(eventsOf)),
};

function eventsOf(kind: StepKind): [EventName, (step: Step) => void][] {
  if (kind === "session") return [["session:start", openSession]];
  return [
    [`${kind}:start`, startSpan],
    [`${kind}:end`, endSpan],
  ];
}

function openSession(step: Step): void {
  if (!isKind(step, "session") || step.session === undefined) return;
  tellRoot(step.session);
  step.context = withSpan(step.context, step.session.current?.rootSpan);
}

function startSpan(step: Step): void {
  // Two copies of this package in one process hear each other's steps.
  if (step.span !== undefined) return;
  const position = positionOf(step);
  const subject = subjectOf(step);
  const shared = sharedBy(step, subject);
  const attributes = shared === undefined ? attributesAtStart(step) : ownAttributes(step);
  const options = { kind: subject.spanKind, startTime: step.startTime, attributes };
  const span = startAt(position, subject.name, options, shared);
  const { session } = step;
  step.span = span;
  if (session === undefined) {
    step.context = withSpan(step.context, span);
    return;
  }
  const context = span.spanContext();
  const { placement } = position;
  learnRoot(session, context, span.isRecording(), placement);
  // It was to be moved and nobody could: the trace it began is tied to the session by a link instead.
  if (placement.traceId !== undefined && !placement.seen && session.traces === "session") {
    span.addLink(link(rootOf(session), "session"));
  }
  step.trace =
    placement.trace ??
    (session.current?.root.traceId === context.traceId ? session.current : new Trace(context));
  // Where our processor is, the span has its stamp already.
  if (!placement.seen || placement.trace === undefined) {
    stamp(span, { sessionId: session.id, trace: step.trace, foreign: false });
  }
  if (step.kind === "turn") session.previousTurn = context;
  if (isSampled(context)) step.trace.spans += 1;
  // With no SDK behind the API a span has no ids; what is logged in here still joins the session's root.
  const active = hasIds(context) ? span : trace.wrapSpanContext(rootOf(session));
  step.context = contextOf(step.context, step, active);
}

/** Undefined where the tracer knows no other way than attributes, or where the application says otherwise what is shared. */
function sharedBy(step: Step, subject: Subject): readonly Shared[] | undefined {
  return takesSteps(currentTracer()) && mayShare(step)
    ? [sharedIdentity(step), subject]
    : undefined;
}

function endSpan(step: Step): void {
  const { span, outcome = "ok" } = step;
  if (span === undefined || !span.isRecording()) return;
  try {
    const attributes = attributesAtEnd(step);
    if (!canShare(span) || !span.share(sharedEnd(outcome))) attributes[attr.outcome] = outcome;
    if (outcome === "error") {
      attributes[attr.errorType] = errorType(step.error);
      span.setStatus({ code: SpanStatusCode.ERROR, message: errorMessage(step.error) });
      if (firstTelling(step.error)) span.addEvent("exception", exceptionAttributes(step.error));
    }
    span.setAttributes(attributes);
    if (step.trace !== undefined && isSampled(span.spanContext())) {
      step.trace.bytes += estimatedBytes(span);
    }
  } finally {
    // Whatever an application passed for a response: a span that began ends.
    span.end(step.startTime + (step.durationMs ?? 0));
  }
}
