import type { Debt, Judgement, ServiceScore, Summary } from "@throughline/core/verify";

/** What verifying came to: data that every form prints in its own way. */
export interface Report extends Judgement {
  /** What was verified, as people call it: a file, a session, a command. */
  readonly subject: string;
  readonly summary: Summary;
  readonly scores: readonly ServiceScore[];
  /** What the baseline lists and was not found any more. */
  readonly paid: readonly Debt[];
  /** Said when not everything could be looked at. */
  readonly partial: string | undefined;
  /** The file that would silence or allow findings. */
  readonly policyFile: string;
}

export const reportForms = ["pretty", "json", "sarif", "junit", "markdown"] as const;
export type ReportForm = (typeof reportForms)[number];
