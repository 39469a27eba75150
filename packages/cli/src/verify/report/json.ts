import type { Report } from "./report.ts";

/** `{"findings": [...], "summary": {...}}` as the server answers, and what only this command knows. */
export function jsonReport(report: Report): object {
  const { allowed, counts, findings, known, paid, partial, scores, subject, summary } = report;
  return {
    schema: 1,
    subject,
    findings,
    summary: { ...summary, findings: counts },
    scores,
    known,
    paid,
    allowed,
    ...(partial === undefined ? {} : { partial }),
  };
}
