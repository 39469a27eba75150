import { context as contexts, type Context } from "@opentelemetry/api";

import { count } from "../health.ts";
import { stamp } from "../identity.ts";
import { takeEmission } from "../log/emit.ts";
import { sessionKey } from "../settings.ts";
import { rootOf } from "../trace/position.ts";
import { belongingOf } from "./belonging.ts";
import type { EmittedLog, LogRecordProcessor } from "./readable.ts";

/**
 * Gives every log record its session. Goes before the processor that batches: a record is read-only, and often already
 * copied, once it has been through there.
 */
export class SessionLogRecordProcessor implements LogRecordProcessor {
  onEmit(record: EmittedLog, context: Context = contexts.active()): void {
    const own = takeEmission();
    if (own !== undefined) {
      stamp(record, { sessionId: own.sessionId, trace: undefined, foreign: false });
      return;
    }
    const belonging = belongingOf(context, "log");
    if (belonging === undefined) return;
    const { sessionId, attributes, identity, trace } = belonging;
    const told = record.attributes[sessionKey("log")];
    if (told !== undefined && told !== sessionId) count("restoredIds");
    for (const [key, value] of Object.entries(attributes)) {
      if (
        record.attributes[key] !== value &&
        (typeof value === "string" || typeof value === "number")
      ) {
        record.setAttribute(key, value);
      }
    }
    stamp(record, { sessionId, trace, foreign: true });
    // A record of a session always stands on a span (C03): outside of any, on the root.
    if (record.spanContext === undefined && identity?.session !== undefined) {
      Reflect.set(record, "spanContext", rootOf(identity.session));
    }
  }

  async forceFlush(): Promise<void> {}

  async shutdown(): Promise<void> {}
}
