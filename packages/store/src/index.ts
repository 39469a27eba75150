export type {
  Delivery,
  LiveEvent,
  LiveQuery,
  Receipt,
  RecordPage,
  RecordQuery,
  Resolution,
  SessionPage,
  SessionQuery,
  SessionReader,
  SessionWriter,
  Signal,
} from "./home.ts";
export { StoreRefusal, type RefusalKind } from "./refusal.ts";
