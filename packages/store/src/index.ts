export type {
  Delivery,
  LiveEvent,
  LiveQuery,
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
export { type EmbeddedHome, type EmbeddedOptions, openEmbeddedHome } from "./embedded/home.ts";
export { ReadRefusal, type ReadRefusalKind, type RefusalKind, StoreRefusal } from "./refusal.ts";
