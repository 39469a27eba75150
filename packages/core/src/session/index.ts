export type { FindingCounts } from "../verify/finding.ts";
export type {
  Cost,
  JsonMap,
  JsonValue,
  Membership,
  Session,
  SessionRecord,
  SessionState,
  Tokens,
} from "./session.ts";
export { leastSeverity, levelNameOf, levelNames, type LevelName } from "./level.ts";
export { jsonMap, jsonValue, sessionRecordOf, type RecordPlace } from "./record-json.ts";
export { sessionOf, SILENCE_MS, stateOf, type Clock, type SessionView } from "./state.ts";
export { billionths, type PricedCall, type Pricer, type Summary } from "./summary.ts";
export {
  announcedStep,
  channelOf,
  hasFailed,
  microsOf,
  summarise,
  toolName,
  totalsOf,
  type SessionMember,
  type SummariseOptions,
} from "./summarise.ts";
export { countMeter, meterOf, noCalls, type CallSums, type Meter, type Money } from "./calls.ts";
export {
  addTotals,
  callsIn,
  earlier,
  larger,
  longer,
  noTotals,
  seeLoggedTool,
  seeTimes,
  seeWord,
  summaryOf,
  type Earliest,
  type LongestTool,
  type Totals,
} from "./totals.ts";
export { announcedSpan } from "./unfinished.ts";
export { spanText, type RecordOrigin } from "./text/span-text.ts";
export { sessionTree, type Oddity, type SessionTree, type TreeNode } from "./tree.ts";
export { telemetryOf } from "./telemetry-of.ts";
export { readSessionSegment, writeSessionSegment } from "./session-path.ts";
