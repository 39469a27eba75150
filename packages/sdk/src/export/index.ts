export type { Redactor } from "../content/index.ts";
export { Delivery, type DeliveryOptions } from "./delivery.ts";
export { dropReasons, type DropReason, type Health, type JournalHealth } from "./health.ts";
export type {
  LogFace,
  ReadableLogRecord,
  ReadableResource,
  ReadableScope,
  ReadableSpan,
  SpanFace,
} from "./readable.ts";
export type { Env, SettingsOptions } from "./settings.ts";
