import type { Context } from "@opentelemetry/api";
import type { HeldAttributes, HeldLog, HeldScope, HeldSpan } from "@throughline/core/otlp";

/**
 * What the OpenTelemetry SDK hands to processors, in the shape that its 2.x and 3.x lines share. Written down here so that
 * this package depends on the API alone and fits both.
 */
export interface ReadableResource {
  readonly attributes: HeldAttributes;
  readonly schemaUrl?: string | undefined;
  /** Detectors of clouds ask over the network and answer late. */
  readonly asyncAttributesPending?: boolean | undefined;
  waitForAsyncAttributes?(): Promise<void>;
}

export interface ReadableScope extends HeldScope {
  readonly schemaUrl?: string | undefined;
}

export interface ReadableSpan extends HeldSpan {
  readonly resource: ReadableResource;
  readonly instrumentationScope: ReadableScope;
}

export interface ReadableLogRecord extends HeldLog {
  readonly resource: ReadableResource;
  readonly instrumentationScope: ReadableScope;
}

/** Fits the SpanProcessor of both lines. */
export interface SpanFace {
  onStart(span: ReadableSpan, parentContext: Context): void;
  onEnd(span: ReadableSpan): void;
  forceFlush(): Promise<void>;
  shutdown(): Promise<void>;
}

/** Fits the LogRecordProcessor of both lines. */
export interface LogFace {
  onEmit(record: ReadableLogRecord, context?: Context): void;
  forceFlush(): Promise<void>;
  shutdown(): Promise<void>;
}
