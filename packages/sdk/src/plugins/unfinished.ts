import type { Attributes } from "@opentelemetry/api";
import { attr, eventNames, spanShapes, stepKinds, type StepKind } from "@throughline/core";

import { withSpan } from "../context/step-context.ts";
import type { Plugin } from "../hooks/plugin.ts";
import { emitEvent } from "../log/log.ts";
import { currentSettings } from "../settings.ts";
import { openSteps } from "../step/open.ts";
import type { Step } from "../step/step.ts";
import { attributesAtStart } from "../trace/attributes.ts";
import { subjectOf } from "../trace/subject.ts";
import { isSampled } from "../trace/trace.ts";

const atOnce: ReadonlySet<StepKind> = new Set(["session", "turn", "agent", "delegation"]);

/**
 * Tells of work that has no span yet, because a span comes only when it ends: at once for what frames everything else, for
 * other steps once they have been open for a while. At once is when the event loop gets its turn: nothing could have been
 * sent before, and what has ended by then needs no announcement.
 */
export const unfinished: Plugin = {
  name: "unfinished work",
  on: Object.fromEntries(
    stepKinds.map((kind) => [`${kind}:start`, atOnce.has(kind) ? announce : wait]),
  ),
};

let announced: Step[] = [];
let turnOfTheLoop: NodeJS.Immediate | undefined;

/** A loop that never lets others have their turn still does not keep all that has ended. */
const sweepEvery = 1_024;

function announce(step: Step): void {
  announced.push(step);
  if (announced.length % sweepEvery === 0) announced = announced.filter(({ live }) => live);
  turnOfTheLoop ??= setImmediate(tellAnnounced).unref();
}

/** Now rather than in a moment: whoever asks for a delivery wants it to hold what is open, too. */
export function tellAnnounced(): void {
  clearImmediate(turnOfTheLoop);
  turnOfTheLoop = undefined;
  const steps = announced;
  announced = [];
  for (const step of steps) if (step.live) tell(step);
}

let timer: NodeJS.Timeout | undefined;
const told = new WeakSet<Step>();
/** Nobody needs it to the millisecond, and a look at ten thousand open steps takes 50 µs. */
const shortestWaitMs = 25;

function wait(): void {
  timer ??= setTimeout(tellDue, currentSettings().unfinishedAfterMs).unref();
}

function tellDue(): void {
  timer = undefined;
  let next = Infinity;
  for (const step of openSteps()) {
    if (atOnce.has(step.kind) || told.has(step)) continue;
    const due = currentSettings().unfinishedAfterMs - step.age;
    if (due > 0) next = Math.min(next, due);
    else {
      told.add(step);
      tell(step);
    }
  }
  if (next !== Infinity) timer = setTimeout(tellDue, Math.max(next, shortestWaitMs)).unref();
}

/** What is open now is not told of any more. */
export function forgetUnfinished(): void {
  announced = [];
  for (const step of openSteps()) told.add(step);
}

/** By which a reader knows the step. */
const identifying: ReadonlySet<string> = new Set([
  attr.step,
  attr.genAiAgentName,
  attr.genAiConversationId,
  attr.genAiOperationName,
  attr.genAiProviderName,
  attr.genAiRequestModel,
  attr.llmAttempt,
  attr.genAiToolName,
  attr.genAiToolCallId,
  attr.delegationId,
  attr.delegationAgent,
]);

function tell(step: Step): void {
  const { span } = step;
  if (span === undefined || !isSampled(span.spanContext())) return;
  const { parentSpanContext } = span as {
    readonly parentSpanContext?: { readonly spanId: string };
  };
  const attributes: Attributes = {
    [attr.spanName]: subjectOf(step).name,
    [attr.spanKind]: spanShapes[step.kind].kind,
    [attr.spanStartTimeUnixNano]: `${BigInt(Math.round(step.startTime * 1e3)) * 1_000n}`,
    ...(parentSpanContext !== undefined && { [attr.spanParentId]: parentSpanContext.spanId }),
  };
  for (const [key, value] of Object.entries(attributesAtStart(step))) {
    if (identifying.has(key)) attributes[key] = value;
  }
  const identity = step.session === undefined ? undefined : step;
  emitEvent(
    eventNames.spanStart,
    { identity, context: withSpan(step.context, span) },
    attributes,
    step.startTime,
  );
}
