export { logRecord, plainResource, plainScope, recordsOf, spanRecord } from "./convert.ts";
export { plainMap, plainValue } from "./plain.ts";
export type {
  LogRecord,
  PlainMap,
  PlainValue,
  Resource,
  Scope,
  SpanEvent,
  SpanKindName,
  SpanLink,
  SpanRecord,
  StatusName,
  TelemetryRecord,
} from "./record.ts";
