/**
 * What an OpenTelemetry SDK for JavaScript (2.x and 3.x) holds of a span or log record at its end, as far as the wire needs it.
 * Written down here because core depends on no SDK; their ReadableSpan and ReadableLogRecord fit as they are.
 */

/** Seconds and nanoseconds. */
export type HrTime = readonly [number, number];

/** Plain JavaScript values: strings, numbers, booleans, bigints, Uint8Arrays, null, arrays, Maps and objects of them. */
export type HeldAttributes = { readonly [key: string]: unknown };

export interface HeldSpanContext {
  readonly traceId: string;
  readonly spanId: string;
  readonly traceFlags: number;
  readonly isRemote?: boolean | undefined;
  readonly traceState?: { serialize(): string } | undefined;
}

export interface HeldEvent {
  readonly name: string;
  readonly time: HrTime;
  readonly attributes?: HeldAttributes | undefined;
  readonly droppedAttributesCount?: number | undefined;
}

export interface HeldLink {
  readonly context: HeldSpanContext;
  readonly attributes?: HeldAttributes | undefined;
  readonly droppedAttributesCount?: number | undefined;
}

/** A span's name and attributes in a shorter form. */
export interface CompactAttributes {
  /** What many spans have in common, by `writeHeldShare`. Nobody looks for secrets in it again. */
  readonly shared: readonly { readonly encoded: Uint8Array }[];
  /** The span's name, if it is in there, too. */
  readonly name: string | undefined;
  /** All others. */
  readonly attributes: HeldAttributes;
}

export interface HeldSpan {
  readonly name: string;
  /** The API's SpanKind: 0 internal, 1 server, 2 client, 3 producer, 4 consumer; one less than on the wire. */
  readonly kind: number;
  readonly spanContext: () => HeldSpanContext;
  readonly parentSpanContext?: HeldSpanContext | undefined;
  readonly startTime: HrTime;
  readonly endTime: HrTime;
  readonly status: { readonly code: number; readonly message?: string | undefined };
  readonly attributes: HeldAttributes;
  /** The same as `attributes`, and read in their place. */
  readonly compact?: CompactAttributes | undefined;
  readonly links: readonly HeldLink[];
  readonly events: readonly HeldEvent[];
  readonly droppedAttributesCount: number;
  readonly droppedEventsCount: number;
  readonly droppedLinksCount: number;
}

export interface HeldLog {
  readonly hrTime: HrTime;
  readonly hrTimeObserved: HrTime;
  readonly spanContext?: HeldSpanContext | undefined;
  readonly severityNumber?: number | undefined;
  readonly severityText?: string | undefined;
  readonly eventName?: string | undefined;
  readonly body?: unknown;
  readonly attributes: HeldAttributes;
  readonly droppedAttributesCount: number;
}

export interface HeldScope {
  readonly name: string;
  readonly version?: string | undefined;
  readonly attributes?: HeldAttributes | undefined;
  readonly droppedAttributesCount?: number | undefined;
}
