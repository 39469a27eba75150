export type { Dialect, Fields, SessionHabits, StepWord } from "./dialect.ts";
export { outcomeKeys, promotedGroups, promotedKeys, rowKeys } from "./promoted-keys.ts";
export { type Message, type MessagePart } from "./messages.ts";
export { readContent, type Content } from "./read-content.ts";
export { readLog } from "./read-log.ts";
export { readOutcome, readStep, readStepKind, stepWithin } from "./read-step.ts";
export {
  createRowReader,
  type RowPlace,
  type RowReader,
  type RowSpan,
  type StepRow,
} from "./row-reader.ts";
export type {
  LogMeaning,
  LogReading,
  ReadCost,
  ReadError,
  Reading,
  StepReading,
  Usage,
} from "./reading.ts";
export { eventNameOf } from "./event-name.ts";
export { dialects } from "./registry.ts";
export { sessionKeyOf, type SessionKey, type SessionKeyOptions } from "./session-key.ts";
export type { Outcome, StepKind } from "../vocabulary.ts";
