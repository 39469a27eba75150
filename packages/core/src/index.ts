export {
  attr,
  baggageKeys,
  carrierFields,
  delegationClaims,
  envNames,
  eventNames,
  logFields,
} from "./names.ts";
export {
  budgetKinds,
  budgetScopes,
  contentCapture,
  contentCaptures,
  costSources,
  isOutcome,
  isStepKind,
  linkReasons,
  memberships,
  outcomes,
  rejectionReasons,
  stepKinds,
  type BudgetKind,
  type BudgetScope,
  type ContentCapture,
  type CostSource,
  type LinkReason,
  type MembershipKind,
  type Outcome,
  type RejectionReason,
  type StepKind,
} from "./vocabulary.ts";
export { spanName, spanShapes } from "./span-names.ts";
export {
  keyedSessionId,
  maxSessionIdBytes,
  parseSessionId,
  type SessionIdFault,
  type SessionIdReading,
  type SessionIdSource,
} from "./session-id.ts";
export {
  isDerivedFrom,
  isSessionRoot,
  maxTraceBytes,
  maxTraceSpans,
  segmentRoot,
  sessionRoot,
  type RootContext,
} from "./topology.ts";
export {
  ameideProfile,
  defaultProfile,
  profile,
  readNames,
  wireName,
  type Place,
  type Profile,
  type Renames,
} from "./profile.ts";
export {
  baggageValue,
  maxBaggageBytes,
  maxBaggageMemberBytes,
  maxBaggageMembers,
  parseBaggage,
  readBaggage,
  writeBaggage,
  type Baggage,
  type BaggageMember,
  type CarriedIds,
  type WrittenBaggage,
} from "./baggage.ts";
export {
  formatTraceparent,
  formatTracestate,
  isSpanId,
  isTraceId,
  parseTraceparent,
  parseTracestate,
  randomFlag,
  sampledFlag,
  type TraceContext,
  type TracestateEntry,
} from "./trace-context.ts";
export {
  readLogFields,
  sessionLogFields,
  structuredMetadataName,
  type LogJoin,
} from "./log-fields.ts";
export {
  carrierEnvironment,
  carrierOfEnvironment,
  readCarrier,
  writeCarrier,
  type CarrierText,
  type Environment,
  type Incoming,
  type Outgoing,
  type WrittenCarrier,
} from "./carrier.ts";
export { mayCarrySession } from "./destinations.ts";
export { argumentsFingerprint, type ArgumentsFingerprint } from "./fingerprint.ts";
export {
  capText,
  maskSecrets,
  redact,
  secretShapes,
  secretsIn,
  type SecretShape,
} from "./secrets.ts";
export { bytesMayHoldSecret } from "./secret-look.ts";
export { currentName } from "./superseded.ts";
