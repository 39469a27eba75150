import type {
  LogRecord,
  PlainMap,
  PlainValue,
  Resource,
  SpanLink,
  SpanRecord,
} from "@throughline/core/record";

export type Attributes = Readonly<Record<string, PlainValue | undefined>>;

/** An attribute map as the decoders make it: without a prototype, and without what is undefined. */
export function map(attributes: Attributes = {}): PlainMap {
  const made = Object.create(null);
  for (const [key, value] of Object.entries(attributes)) if (value !== undefined) made[key] = value;
  return made;
}

export const second = 1_000_000_000n;
/** A day in November 2026. */
export const epoch = 1_795_000_000n * second;

export function resource(
  service: string,
  attributes: Attributes = { "throughline.content.capture": "off" },
): Resource {
  return {
    attributes: map({
      "service.name": service,
      "service.instance.id": `${service}-1`,
      ...attributes,
    }),
  };
}

export const agentResource: Resource = resource("support-agent");

export function link(
  context: { readonly traceId: string; readonly spanId: string },
  reason?: string,
): SpanLink {
  return { ...context, attributes: map({ "throughline.link": reason }) };
}

type SpanGiven = Partial<Omit<SpanRecord, "kind" | "attributes" | "status" | "scope">> & {
  readonly attributes?: Attributes;
  readonly status?: SpanRecord["status"]["code"];
  readonly scope?: string;
};

/** A span of which only what matters is said. */
export function span(given: SpanGiven): SpanRecord {
  const { attributes, scope, status, ...rest } = given;
  const startNs = rest.startNs ?? epoch;
  return {
    kind: "span",
    traceId: "10".repeat(16),
    spanId: "10".repeat(8),
    parentSpanId: "",
    parentIsRemote: undefined,
    name: "work",
    spanKind: "internal",
    endNs: startNs + second / 10n,
    events: [],
    links: [],
    resource: agentResource,
    ...rest,
    startNs,
    attributes: map(attributes),
    status: { code: status ?? "unset", message: "" },
    scope: { name: scope ?? "throughline", version: "", attributes: map() },
  };
}

type LogGiven = Partial<Omit<LogRecord, "kind" | "attributes" | "scope">> & {
  readonly attributes?: Attributes;
  readonly scope?: string;
};

export function log(given: LogGiven): LogRecord {
  const { attributes, scope, ...rest } = given;
  return {
    kind: "log",
    traceId: "10".repeat(16),
    spanId: "10".repeat(8),
    timeNs: epoch,
    severityNumber: 9,
    severityText: "INFO",
    eventName: "",
    body: "something happened",
    resource: agentResource,
    ...rest,
    attributes: map(attributes),
    scope: { name: scope ?? "throughline", version: "", attributes: map() },
  };
}
