export type {
  Delivery,
  LiveEvent,
  LiveQuery,
  OtlpPiece,
  ReadOptions,
  Receipt,
  RecordPage,
  RecordQuery,
  Resolution,
  SessionPage,
  SessionQuery,
  SessionReader,
  SessionVerdict,
  SessionWriter,
  Signal,
} from "./home.ts";
export type { StoreMeasures } from "./measures.ts";
export type {
  AttributeNames,
  AttributeQuery,
  AttributeValue,
  AttributeValues,
  Looked,
  LogSearchResult,
  SetFound,
  SpanFound,
  StreamFound,
  StreamList,
  StreamQuery,
  TailEvent,
  TelemetryReader,
  TelemetryScope,
  TimeWindow,
  TraceBytes,
  TraceFound,
  TraceSearchResult,
} from "./telemetry.ts";
export { type EmbeddedHome, type EmbeddedOptions, openEmbeddedHome } from "./embedded/home.ts";
export { type GrafanaHome, type GrafanaOptions, openGrafanaHome } from "./grafana/home.ts";
export { ReadRefusal, type ReadRefusalKind, type RefusalKind, StoreRefusal } from "./refusal.ts";
