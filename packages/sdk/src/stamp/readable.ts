import type { Attributes, Context, Link, SpanContext } from "@opentelemetry/api";

/**
 * What the OpenTelemetry SDK hands to processors, as far as identity needs it and in the shape that its 2.x and 3.x lines
 * share: the heart of this package depends on the API alone, and so fits hosts of both.
 */
export interface StartedSpan {
  /** Of our own spans, while what they share with others is as it was. */
  readonly compact?: object | undefined;
  readonly attributes: { readonly [key: string]: unknown };
  readonly parentSpanContext?: SpanContext | undefined;
  readonly resource?: { readonly attributes: { readonly [key: string]: unknown } } | undefined;
  spanContext(): SpanContext;
  setAttribute(key: string, value: string | number): unknown;
  setAttributes(attributes: Attributes): unknown;
  addLink(link: Link): unknown;
}

export interface EmittedLog {
  readonly attributes: { readonly [key: string]: unknown };
  readonly spanContext?: SpanContext | undefined;
  setAttribute(key: string, value: string | number): unknown;
}

/** Fits the SpanProcessor of both lines. */
export interface SpanProcessor {
  onStart(span: StartedSpan, parentContext: Context): void;
  onEnding(span: StartedSpan): void;
  onEnd(span: object): void;
  forceFlush(): Promise<void>;
  shutdown(): Promise<void>;
}

/** Fits the LogRecordProcessor of both lines. */
export interface LogRecordProcessor {
  onEmit(record: EmittedLog, context?: Context): void;
  forceFlush(): Promise<void>;
  shutdown(): Promise<void>;
}
