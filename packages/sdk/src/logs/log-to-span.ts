import {
  context as contexts,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type Context,
} from "@opentelemetry/api";
import { attr, eventNames } from "@throughline/core";

import { contentKind, isContentEvent } from "../content/content-keys.ts";
import { createRedaction, type Redaction } from "../content/index.ts";
import { isQuiet } from "../export/quiet.ts";
import type { LogFace, ReadableLogRecord } from "../export/index.ts";
import { currentSettings } from "../settings.ts";
import { currentTracer } from "../trace/tracer.ts";

/** Told by spans of their own. */
const toldAlready: ReadonlySet<string> = new Set([eventNames.sessionStart, eventNames.spanStart]);

type Standing = NonNullable<ReadableLogRecord["spanContext"]>;

const maxName = 128;
const maxValueBytes = 65_536;
/** OTel's severity numbers: from here on something failed. */
const errorSeverity = 17;

/**
 * For backends that take traces and no logs: makes a span without duration of every log record, below the span it was
 * written in. Goes behind `SessionLogRecordProcessor`, which gives a record its session and place.
 */
export class LogToSpanProcessor implements LogFace {
  readonly #redaction: Redaction;
  readonly #withContent: boolean;

  constructor() {
    const { capture } = currentSettings();
    this.#redaction = createRedaction({ capture, maxValueBytes, redactor: undefined });
    this.#withContent = capture === "span" || capture === "both";
  }

  onEmit(record: ReadableLogRecord, context: Context = contexts.active()): void {
    const { eventName = "", severityNumber = 0, spanContext, hrTime } = record;
    if (toldAlready.has(eventName) || isQuiet(context)) return;
    const at: [number, number] = [hrTime[0], hrTime[1]];
    const span = currentTracer().startSpan(
      nameOf(record),
      { kind: SpanKind.INTERNAL, startTime: at, attributes: this.#attributes(record) },
      spanContext === undefined ? context : below(spanContext, context),
    );
    if (severityNumber >= errorSeverity) {
      const type = record.attributes["exception.type"];
      span.setAttribute(attr.errorType, typeof type === "string" ? type : "_OTHER");
      span.setStatus({ code: SpanStatusCode.ERROR });
    }
    span.end(at);
  }

  async forceFlush(): Promise<void> {}

  async shutdown(): Promise<void> {}

  #attributes({ attributes, body, severityText, eventName }: ReadableLogRecord): Attributes {
    const told: Attributes = {};
    for (const [key, value] of Object.entries(attributes)) {
      if (!this.#withContent && contentKind(key) !== "none") continue;
      const plain = this.#plain(value, key);
      if (plain !== undefined) told[key] = plain;
    }
    if (severityText !== undefined) told[attr.logSeverity] = severityText;
    if (this.#withContent || !isContentEvent(eventName)) {
      const text = this.#plain(body, "body");
      if (text !== undefined) told[attr.logBody] = text;
    }
    return told;
  }

  /** Log attributes may be of any depth, those of spans not. */
  #plain(value: unknown, key: string): string | number | boolean | undefined {
    if (typeof value === "string") return this.#redaction.text(value, key);
    if (typeof value === "number" || typeof value === "boolean") return value;
    const text = asJson(value);
    return text === undefined ? undefined : this.#redaction.text(text, key);
  }
}

function below({ traceId, spanId, traceFlags }: Standing, context: Context): Context {
  return trace.setSpanContext(context, { traceId, spanId, traceFlags });
}

/** Never the body: names are for grouping, and a body says something else each time (qwen-code#3847). */
function nameOf({ eventName, severityText }: ReadableLogRecord): string {
  const name =
    eventName === undefined || eventName === "" ? `log ${severityText ?? ""}`.trim() : eventName;
  return name.slice(0, maxName);
}

function asJson(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    // Circular, or a BigInt.
    return undefined;
  }
}
