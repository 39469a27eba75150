import type { LogRecord, PlainMap, PlainValue, SpanRecord } from "@throughline/core/record";

type Attributes = Readonly<Record<string, PlainValue>>;

interface Around {
  readonly scope?: string;
  readonly service?: string;
  readonly resource?: Attributes;
}

function map(attributes: Attributes): PlainMap {
  return Object.assign(Object.create(null), attributes);
}

function around({
  resource = {},
  scope = "",
  service,
}: Around): Pick<SpanRecord, "resource" | "scope"> {
  return {
    resource: {
      attributes: map(service === undefined ? resource : { "service.name": service, ...resource }),
    },
    scope: { name: scope, version: "", attributes: map({}) },
  };
}

/** A span below another, as an emitter would send it; `parentSpanId: ""` makes a root. */
export function span(
  name: string,
  attributes: Attributes,
  {
    resource,
    scope,
    service,
    ...rest
  }: Around & Partial<Omit<SpanRecord, "resource" | "scope">> = {},
): SpanRecord {
  return {
    kind: "span",
    traceId: "0af7651916cd43dd8448eb211c80319c",
    spanId: "b7ad6b7169203331",
    parentSpanId: "00f067aa0ba902b7",
    parentIsRemote: undefined,
    name,
    spanKind: "internal",
    startNs: 1_767_225_600_000_000_000n,
    endNs: 1_767_225_601_000_000_000n,
    status: { code: "unset", message: "" },
    attributes: map(attributes),
    events: [],
    links: [],
    ...rest,
    ...around({
      ...(resource && { resource }),
      ...(scope && { scope }),
      ...(service && { service }),
    }),
  };
}

export function log(
  eventName: string,
  attributes: Attributes,
  {
    resource,
    scope,
    service,
    ...rest
  }: Around & Partial<Omit<LogRecord, "resource" | "scope">> = {},
): LogRecord {
  return {
    kind: "log",
    traceId: "",
    spanId: "",
    timeNs: 1_767_225_601_000_000_000n,
    severityNumber: 9,
    severityText: "INFO",
    eventName,
    body: null,
    attributes: map(attributes),
    ...rest,
    ...around({
      ...(resource && { resource }),
      ...(scope && { scope }),
      ...(service && { service }),
    }),
  };
}
