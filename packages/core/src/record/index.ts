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
