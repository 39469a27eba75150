import { SpanKind, type Attributes } from "@opentelemetry/api";
import { attr, spanName, spanShapes, stepKinds, type StepKind } from "@throughline/core";

import { isKind, type Step } from "../step/step.ts";
import { sharing, type Shared } from "./shared.ts";

/** What a step is about. All calls of one tool, or of one model, say it alike. */
export interface Subject extends Shared {
  /** Of the span, as is its kind. */
  readonly name: string;
  readonly spanKind: SpanKind;
  readonly agent: string | undefined;
  readonly call: Call | undefined;
}

/** What makes one call of a model unlike another. */
interface Call {
  readonly provider: string;
  readonly operation: string;
  readonly attempt: number;
}

/** A program has a dozen tools and a few models; names that are made up for each call are not worth keeping. */
const most = 256;
const longest = 100;
const kept = Object.fromEntries(
  stepKinds.map((kind) => [kind, new Map<string, Subject>()]),
) as Record<StepKind, Map<string, Subject>>;

export function subjectOf(step: Step): Subject {
  const called = calledIn(step) ?? "";
  const agent = agentTold(step);
  const call = isKind(step, "llm") ? step.detail : undefined;
  const ofKind = kept[step.kind];
  const known = ofKind.get(called);
  if (known !== undefined && known.agent === agent && isSame(known.call, call)) return known;
  const subject = describe(step.kind, called, agent, call);
  if (known !== undefined || (ofKind.size < most && called.length <= longest)) {
    ofKind.set(called, subject);
  }
  return subject;
}

function calledIn({ detail }: Step): string | undefined {
  if ("model" in detail) return detail.model;
  if ("tool" in detail) return detail.tool;
  return "name" in detail ? detail.name : detail.agent;
}

/** By kinds that say whose work they are, unless it is part of their identity already. */
function agentTold(step: Step): string | undefined {
  if (step.kind !== "turn" && step.kind !== "tool") return undefined;
  const { session, agent, agentRun } = step;
  const told = session === undefined ? undefined : agentRun?.name;
  return agent === told ? undefined : agent;
}

function isSame(one: Call | undefined, other: Call | undefined): boolean {
  return (
    one?.provider === other?.provider &&
    one?.operation === other?.operation &&
    one?.attempt === other?.attempt
  );
}

const operations: { readonly [kind in StepKind]?: string } = {
  turn: "invoke_agent",
  agent: "invoke_agent",
  tool: "execute_tool",
};

function describe(
  kind: StepKind,
  called: string,
  agent: string | undefined,
  call: Call | undefined,
): Subject {
  const attributes: Attributes = { [attr.step]: kind };
  const operation = call?.operation ?? operations[kind];
  if (operation !== undefined) attributes[attr.genAiOperationName] = operation;
  if (agent !== undefined) attributes[attr.genAiAgentName] = agent;
  if (call !== undefined) {
    attributes[attr.genAiProviderName] = call.provider;
    attributes[attr.llmAttempt] = call.attempt;
  }
  if (called !== "") {
    if (call !== undefined) attributes[attr.genAiRequestModel] = called;
    if (kind.startsWith("tool")) attributes[attr.genAiToolName] = called;
  }
  return {
    ...sharing(attributes),
    name: spanName(kind, called, call?.operation),
    spanKind: spanShapes[kind].kind === "client" ? SpanKind.CLIENT : SpanKind.INTERNAL,
    agent,
    // Not the whole of it, which may hold the prompt.
    call: call && { provider: call.provider, operation: call.operation, attempt: call.attempt },
  };
}
