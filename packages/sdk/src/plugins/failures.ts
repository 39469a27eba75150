import { attr, stepKinds, type StepKind } from "@throughline/core";

import type { EventName } from "../hooks/channels.ts";
import type { Plugin } from "../hooks/plugin.ts";
import { logAt, type LogAttributes, type Severity } from "../log/log.ts";
import { errorMessage, errorType } from "../step/failure.ts";
import { isKind, type Step } from "../step/step.ts";
import { attributesAtStart } from "../trace/attributes.ts";
import { subjectOf } from "../trace/subject.ts";

/**
 * A log record for what is worth an alert, for operators who watch logs: what failed, where it failed first (not again in
 * every step that the error passes through), what was denied, and what nobody ended.
 *
 * ```ts
 * use(failureLogs);
 * ```
 */
export const failureLogs: Plugin = {
  name: "failure logs",
  on: {
    ...Object.fromEntries(stepKinds.flatMap(eventsOf)),
    "tool.approval:success": (step) => {
      if (step.detail.decision === "denied") tell(step, "warn", "was denied");
    },
  },
};

function eventsOf(kind: StepKind): [EventName, (step: Step) => void][] {
  return [
    [`${kind}:error`, failed],
    [
      `${kind}:cancel`,
      (step) => step.outcome === "interrupted" && tell(step, "warn", "was interrupted"),
    ],
  ];
}

/** The error that came up through a step from below, where it is told. */
const passing = new WeakMap<Step, { readonly error: unknown }>();

function failed(step: Step): void {
  const { error } = step;
  const told = passing.get(step);
  for (let above = step.parent; above !== undefined; above = above.parent) {
    passing.set(above, { error });
  }
  if (told !== undefined && told.error === error) return;
  const message = errorMessage(error);
  tell(step, "error", message === "" ? "failed" : `failed: ${message}`);
}

/** By which an operator finds it. */
const identifying = [
  attr.step,
  attr.genAiAgentName,
  attr.genAiProviderName,
  attr.genAiRequestModel,
  attr.llmAttempt,
  attr.genAiToolName,
  attr.genAiToolCallId,
  attr.approvalSource,
] as const;

function tell(step: Step, severity: Severity, what: string): void {
  const known = attributesAtStart(step);
  const attributes: { [key: string]: LogAttributes[string] } = {};
  for (const key of identifying) {
    const value = known[key];
    if (typeof value === "string" || typeof value === "number") attributes[key] = value;
  }
  if (step.outcome !== undefined) attributes[attr.outcome] = step.outcome;
  const { error } = step;
  if (severity === "error") attributes[attr.errorType] = errorType(error);
  if (error instanceof Error) attributes["error"] = error;
  if (isKind(step, "tool.approval")) attributes[attr.approvalDecision] = step.detail.decision;
  const identity = step.session === undefined ? undefined : step;
  logAt(() => ({ identity, context: step.context }))[severity](
    `${subjectOf(step).name} ${what}`,
    attributes,
  );
}
