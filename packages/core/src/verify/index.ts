export { createVerifier, type Verifier } from "./create-verifier.ts";
export type { Origin } from "./fact.ts";
export {
  ruleIds,
  type CodeLocation,
  type Example,
  type FaultKind,
  type Finding,
  type Level,
  type RuleId,
  type Summary,
  type VerifyReport,
} from "./finding.ts";
export { ruleBook } from "./rules.ts";
export type { Series } from "./series.ts";
export type { SessionReader, VerifierOptions } from "./settings.ts";
