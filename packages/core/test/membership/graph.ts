import type { LogRecord, PlainMap, SpanRecord, TelemetryRecord } from "@throughline/core/record";

/** A record as the vectors write it: only what membership looks at. */
export interface GraphRecord {
  readonly id: string;
  readonly kind: "span" | "log";
  readonly trace: string;
  readonly span: string;
  readonly parent?: string | undefined;
  readonly session?: string | undefined;
  readonly links?: readonly { readonly trace: string; readonly span: string }[] | undefined;
  readonly door?: string | undefined;
}

const nothing: PlainMap = Object.freeze(Object.create(null));
const resource = { attributes: nothing };
const scope = { name: "graph", version: "", attributes: nothing };

export function recordOf(graph: GraphRecord): TelemetryRecord {
  const attributes = Object.create(null);
  if (graph.session !== undefined) attributes["session.id"] = graph.session;
  return graph.kind === "span" ? spanOf(graph, attributes) : logOf(graph, attributes);
}

function spanOf(graph: GraphRecord, attributes: PlainMap): SpanRecord {
  return {
    kind: "span",
    traceId: graph.trace,
    spanId: graph.span,
    parentSpanId: graph.parent ?? "",
    parentIsRemote: undefined,
    name: graph.id,
    spanKind: "internal",
    startNs: 0n,
    endNs: 0n,
    status: { code: "unset", message: "" },
    attributes,
    events: [],
    links: (graph.links ?? []).map(({ span, trace }) => ({
      traceId: trace,
      spanId: span,
      attributes: nothing,
    })),
    resource,
    scope,
  };
}

function logOf(graph: GraphRecord, attributes: PlainMap): LogRecord {
  return {
    kind: "log",
    traceId: graph.trace,
    spanId: graph.span,
    timeNs: 0n,
    severityNumber: 9,
    severityText: "INFO",
    eventName: "",
    body: graph.id,
    attributes,
    resource,
    scope,
  };
}

export function keyOf(record: TelemetryRecord): { readonly id: string } | undefined {
  const id = record.attributes["session.id"];
  return typeof id === "string" ? { id } : undefined;
}
