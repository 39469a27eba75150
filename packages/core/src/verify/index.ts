export type { CodeLocation } from "../code-location.ts";
export { createVerifier, type Verifier } from "./create-verifier.ts";
export { everyDialect } from "./every-dialect.ts";
export type { Origin } from "./fact.ts";
export {
  ruleIds,
  type Example,
  type FaultKind,
  type Finding,
  type FindingCounts,
  type Level,
  type RuleId,
  type ServiceTally,
  type Summary,
  type VerifyReport,
} from "./finding.ts";
export { mergeReports } from "./merge-reports.ts";
export { countLevels, isAtLeast } from "./order.ts";
export {
  type Baseline,
  baselineOf,
  type Debt,
  type Debts,
  debtsIn,
  readBaseline,
} from "./policy/baseline.ts";
export { type Allowance, judge, type Judgement, type Policy } from "./policy/policy.ts";
export { type FileFault, type PolicyFile, readPolicy } from "./policy/read-policy.ts";
export { ruleBook } from "./rules.ts";
export { scoresOf, type ServiceScore } from "./score.ts";
export { type Series, seriesOf } from "./series.ts";
export type { SessionReader, VerifierOptions } from "./settings.ts";
