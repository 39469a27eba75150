import {
  INVALID_TRACEID,
  trace,
  TraceFlags,
  type Attributes,
  type Span,
  type SpanContext,
} from "@opentelemetry/api";

import { currentSettings } from "../settings.ts";

/** One trace of a session, and what this process has put into it so far. */
export class Trace {
  /** Under which the next turn of this trace stands. */
  readonly root: SpanContext;
  /** The root as something that can be active: it ended long ago. */
  readonly rootSpan: Span;
  spans = 0;
  bytes = 0;

  constructor(root: SpanContext) {
    this.root = root;
    this.rootSpan = trace.wrapSpanContext(root);
  }

  get full(): boolean {
    const { maxTraceSpans, maxTraceBytes } = currentSettings();
    return this.spans >= maxTraceSpans || this.bytes >= maxTraceBytes;
  }
}

export function isSampled({ traceFlags }: { readonly traceFlags: number }): boolean {
  return (traceFlags & TraceFlags.SAMPLED) !== 0;
}

const zero = 0x30;

/** Whether an SDK stands behind the API. Its own check reads both ids digit by digit, where the first one mostly tells. */
export function hasIds({ traceId }: { readonly traceId: string }): boolean {
  return traceId.charCodeAt(0) !== zero || traceId !== INVALID_TRACEID;
}

// Ids, times, name and framing of a span in OTLP, before any attribute.
const bareSpanBytes = 120;
const perAttributeBytes = 6;

interface Measured {
  readonly attributes?: Attributes;
  readonly compact?: {
    readonly attributes: Attributes;
    readonly shared: readonly { readonly encoded: { readonly length: number } }[];
  };
  readonly events?: readonly { readonly attributes?: Attributes }[];
}

/** Near enough for a limit: strings count one byte a UTF-16 unit, everything else eight. */
export function estimatedBytes(span: object): number {
  const { compact, events } = span as Measured;
  let bytes = bareSpanBytes;
  if (compact === undefined) bytes += attributeBytes((span as Measured).attributes);
  else {
    bytes += attributeBytes(compact.attributes);
    for (const { encoded } of compact.shared) bytes += encoded.length;
  }
  if (events !== undefined) for (const event of events) bytes += attributeBytes(event.attributes);
  return bytes;
}

function attributeBytes(attributes: Attributes | undefined): number {
  let bytes = 0;
  for (const key in attributes) {
    bytes += key.length + perAttributeBytes + valueBytes(attributes[key]);
  }
  return bytes;
}

function valueBytes(value: unknown): number {
  if (typeof value === "string") return value.length;
  if (!Array.isArray(value)) return 8;
  let bytes = 0;
  for (const item of value) bytes += valueBytes(item);
  return bytes;
}
