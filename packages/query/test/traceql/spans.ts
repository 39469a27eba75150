import type { PlainMap, SpanRecord } from "@throughline/core/record";

export const SECOND = 1_000_000_000n;
/** 2026-11-20T12:00:00Z */
export const NOON: bigint = 1_795_176_000n * SECOND;

export interface SpanSketch {
  readonly id?: string;
  readonly parent?: string;
  readonly trace?: string;
  readonly name?: string;
  readonly service?: string;
  readonly kind?: SpanRecord["spanKind"];
  readonly status?: SpanRecord["status"]["code"];
  readonly message?: string;
  /** Seconds after noon. */
  readonly at?: number;
  readonly seconds?: number;
  readonly attributes?: { readonly [key: string]: PlainMap[string] };
  readonly resource?: { readonly [key: string]: PlainMap[string] };
  readonly events?: readonly {
    name: string;
    attributes?: { readonly [key: string]: PlainMap[string] };
  }[];
  readonly links?: readonly { trace: string; span: string }[];
}

export function span(sketch: SpanSketch = {}): SpanRecord {
  const { at = 0, id = "1", parent = "", seconds = 1, trace = "1" } = sketch;
  const startNs = NOON + BigInt(Math.round(at * 1e9));
  return {
    kind: "span",
    traceId: trace.padStart(32, "0"),
    spanId: id.padStart(16, "0"),
    parentSpanId: parent === "" ? "" : parent.padStart(16, "0"),
    parentIsRemote: undefined,
    name: sketch.name ?? "step",
    spanKind: sketch.kind ?? "internal",
    startNs,
    endNs: startNs + BigInt(Math.round(seconds * 1e9)),
    status: { code: sketch.status ?? "unset", message: sketch.message ?? "" },
    attributes: map(sketch.attributes),
    events: (sketch.events ?? []).map(({ attributes, name }) => ({
      name,
      timeNs: startNs,
      attributes: map(attributes),
    })),
    links: (sketch.links ?? []).map(({ span, trace }) => ({
      traceId: trace.padStart(32, "0"),
      spanId: span.padStart(16, "0"),
      attributes: map({}),
    })),
    resource: {
      attributes: map({ "service.name": sketch.service ?? "agent", ...sketch.resource }),
    },
    scope: { name: "@throughline/sdk", version: "1.0.0", attributes: map({ language: "js" }) },
  };
}

function map(entries: PlainMap = {}): PlainMap {
  return Object.assign(Object.create(null), entries) as PlainMap;
}
