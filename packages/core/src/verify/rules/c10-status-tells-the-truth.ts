import { attr } from "../../names.ts";
import type { SpanRecord } from "../../record/record.ts";
import { isOutcome } from "../../vocabulary.ts";
import { NO_FAULTS, type Rule } from "../rule.ts";

export const c10: Rule = {
  id: "C10",
  title: "Status, error.type and outcome agree",
  meaning:
    "Status, `error.type` and outcome must agree, or error rates are wrong: ERROR if and only if there is an `error.type`; cancelled work is no error.",
  fix: "Decide the outcome once, where the work ends, and derive the others from it; `error.type` is a short fixed word.",
  level: "violation",
  span: (span, fact) => {
    if (fact.session === undefined && fact.step === undefined) return NO_FAULTS;
    const contradiction = contradictionIn(span, fact.ours && fact.step !== "session");
    if (contradiction === undefined) return NO_FAULTS;
    const [fault, message, fix] = contradiction;
    return [{ at: fact, fault, message, fix, ...(fact.ours ? {} : { level: "improvement" }) }];
  },
};

type Contradiction = readonly ["missing" | "mismatched", message: string, fix: string];

function contradictionIn(
  { attributes, status }: SpanRecord,
  owesOutcome: boolean,
): Contradiction | undefined {
  const failed = status.code === "error";
  const typed = attributes[attr.errorType] !== undefined;
  const outcome = attributes[attr.outcome];
  if (outcome === "cancelled" && (status.code !== "unset" || typed))
    return [
      "mismatched",
      "This step was cancelled, yet its status or error.type says otherwise.",
      "Leave the status of cancelled work unset and without error.type; the outcome says it all.",
    ];
  if (failed && outcome === "ok")
    return [
      "mismatched",
      "The status is ERROR and the outcome is ok.",
      "Decide the outcome once, where the work ends, and derive the status from it.",
    ];
  if (!failed && outcome === "error")
    return [
      "mismatched",
      "The outcome is error and the status is not ERROR.",
      "Set status ERROR and error.type together with the outcome.",
    ];
  if (failed && !typed)
    return [
      "missing",
      "The status is ERROR and error.type is missing: failures cannot be counted by kind.",
      "Set error.type to a short, fixed word: the exception's class or the provider's error code.",
    ];
  if (!failed && typed)
    return [
      "mismatched",
      "error.type is set and the status is not ERROR.",
      "Set status ERROR when the step failed; leave error.type out when the error was handled or retried.",
    ];
  if (owesOutcome && !isOutcome(outcome))
    return [
      "missing",
      `This step says no ${attr.outcome}.`,
      "End the step through its handle: it writes ok, error, cancelled or interrupted.",
    ];
  return undefined;
}
