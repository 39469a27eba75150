/** `throughline.approval.decision` as far as a callback's answer says one. */
export function decisionOf(answer: unknown): string | undefined {
  if (answer === true) return "approved";
  if (answer === false) return "denied";
  if (typeof answer === "string") return answer;
  if (typeof answer === "object" && answer !== null && "decision" in answer) {
    return decisionOf(answer.decision);
  }
  return undefined;
}
