/**
 * Spans and log records as the house thinks of them: plain values, one flat object each, with the resource and scope they
 * came under. Membership, dialects and the verifier read these and nothing else.
 *
 * Attribute maps have no prototype: keys come from strangers, and `__proto__` is a key like any other.
 */
export type PlainValue =
  | string
  | number
  | bigint
  | boolean
  | null
  | Uint8Array
  | readonly PlainValue[]
  | PlainMap;

export interface PlainMap {
  readonly [key: string]: PlainValue;
}

export type SpanKindName =
  | "unspecified"
  | "internal"
  | "server"
  | "client"
  | "producer"
  | "consumer";
export type StatusName = "unset" | "ok" | "error";

export interface Scope {
  readonly name: string;
  readonly version: string;
  readonly attributes: PlainMap;
}

export interface Resource {
  readonly attributes: PlainMap;
}

export interface SpanEvent {
  readonly name: string;
  readonly timeNs: bigint;
  readonly attributes: PlainMap;
}

export interface SpanLink {
  readonly traceId: string;
  readonly spanId: string;
  readonly attributes: PlainMap;
}

export interface SpanRecord {
  readonly kind: "span";
  readonly traceId: string;
  readonly spanId: string;
  /** Empty for a root. */
  readonly parentSpanId: string;
  /** From the span's flags; undefined when the emitter does not say (flag 0x100 absent). */
  readonly parentIsRemote: boolean | undefined;
  readonly name: string;
  readonly spanKind: SpanKindName;
  readonly startNs: bigint;
  readonly endNs: bigint;
  readonly status: { readonly code: StatusName; readonly message: string };
  readonly attributes: PlainMap;
  readonly events: readonly SpanEvent[];
  readonly links: readonly SpanLink[];
  readonly resource: Resource;
  readonly scope: Scope;
}

export interface LogRecord {
  readonly kind: "log";
  /** Empty when the record stands outside any trace. */
  readonly traceId: string;
  readonly spanId: string;
  /** The event's own time, or the observed time when the emitter gave none. */
  readonly timeNs: bigint;
  readonly severityNumber: number;
  readonly severityText: string;
  /** OTLP EventName, else the older `event.name` attribute, else empty. */
  readonly eventName: string;
  readonly body: PlainValue;
  readonly attributes: PlainMap;
  readonly resource: Resource;
  readonly scope: Scope;
}

export type TelemetryRecord = SpanRecord | LogRecord;
