import {
  context as contexts,
  type Attributes,
  type Context,
  type SpanContext,
} from "@opentelemetry/api";
import type { StepKind } from "@throughline/core";

import { count } from "../health.ts";
import { identityIn, withIdentity } from "../context/step-context.ts";
import type { Identity, TurnIds } from "../identity.ts";
import type { Details } from "./details.ts";
import { Step } from "./step.ts";

export interface StepOptions {
  /** Written on the span. */
  readonly attributes?: Attributes | undefined;
  /** Aborted work has the outcome cancelled; an `AbortSignal.timeout` makes it an error. */
  readonly signal?: AbortSignal | undefined;
  readonly conversationId?: string | undefined;
}

/** Where a step is begun from: a handle, or wherever the ambient context stands. */
export interface Ground {
  /** Undefined when there is no session in reach. */
  readonly identity: Identity | undefined;
  /** The step that was asked to begin it; it is the parent while it lives. */
  readonly step: Step | undefined;
  /** Used when the ambient context is not the session's own. */
  readonly context: Context;
}

/** Ids that a kind of step brings along for itself and everything below. */
export interface Own {
  readonly turn?: TurnIds | undefined;
  /** The run this step is; whose run it is part of is found here. */
  readonly agentRun?: { readonly name: string | undefined; readonly runId: string };
  readonly channel?: Identity["channel"];
  readonly agent?: string | undefined;
  readonly ingress?: SpanContext | undefined;
  /** Beside the work that asked for it, not below. */
  readonly detached?: boolean | undefined;
}

export function begin<K extends StepKind>(
  ground: Ground,
  kind: K,
  detail: Details[K],
  options: StepOptions,
  own: Own = {},
): Step<K> {
  const session = ground.identity?.session;
  const active = contexts.active();
  const ambient = identityIn(active);
  const atHome = session !== undefined && ambient?.sessionId === session.id;
  if (session === undefined) {
    count(
      "stepsWithoutSession",
      () => `a ${kind} step began outside of any session, so it carries no id`,
    );
  } else if (ambient !== undefined && !atHome) count("ambientOverruled");

  const near =
    living(ground.step) ??
    (atHome ? living(ambient.step) : undefined) ??
    living(ground.identity?.step);
  // Turn and agent of a step that has ended are still those of the work it left behind.
  const inherited = ground.step ?? (atHome && kind !== "turn" ? ambient : ground.identity);
  const beside = own.detached === true;
  const conversationId = options.conversationId ?? inherited?.conversationId;
  const base =
    session === undefined || atHome
      ? active
      : (near?.context ?? ground.step?.context ?? ground.context);

  const outerRun = beside ? undefined : inherited?.agentRun;
  const agentRun =
    own.agentRun === undefined || outerRun === undefined
      ? (own.agentRun ?? outerRun)
      : { ...own.agentRun, parentRunId: outerRun.runId };

  const step = new Step<K>({
    kind,
    detail,
    session,
    parent: beside || kind === "turn" ? undefined : near,
    turn: own.turn ?? (beside ? undefined : inherited?.turn),
    agentRun,
    agent: own.agent ?? own.agentRun?.name ?? inherited?.agent,
    channel: own.channel ?? inherited?.channel,
    conversationId,
    attributes: options.attributes,
    signal: options.signal,
    invoker: beside ? near : undefined,
    ingress: own.ingress,
    context: base,
  });
  step.open();
  // Tracing gives a step its context; who unplugged it still wants to know whose work it is.
  if (session !== undefined && identityIn(step.context) !== step) {
    step.context = withIdentity(step.context, step);
  }
  return step;
}

/** An ended span is never a parent. */
function living(step: Step | undefined): Step | undefined {
  let candidate = step;
  while (candidate !== undefined && !candidate.live) candidate = candidate.parent;
  return candidate;
}
