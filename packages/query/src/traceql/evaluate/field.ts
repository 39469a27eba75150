import type { PlainMap, PlainValue, SpanRecord } from "@throughline/core/record";
import { type IntrinsicField, intrinsics } from "../vocabulary.ts";
import type { Attribute, Field } from "../tree.ts";
import { Several, type Value } from "./value.ts";
import type { Trace } from "./trace.ts";

/** Reads something off a span. What only the whole trace knows is nil without one. */
export type Reader = (span: SpanRecord, trace: Trace | undefined) => Value;

export function fieldReader(field: Field): Reader {
  if (field.kind === "attribute") return attributeReader(field);
  const facts = intrinsics.get(field.name);
  return facts === undefined ? () => undefined : INTRINSICS[facts.field];
}

function attributeReader({ name, scope }: Attribute): Reader {
  switch (scope) {
    case "any":
      return ({ attributes, resource }) => at(attributes, name) ?? at(resource.attributes, name);
    case "span":
      return ({ attributes }) => at(attributes, name);
    case "resource":
      return ({ resource }) => at(resource.attributes, name);
    case "instrumentation":
      return ({ scope }) => at(scope.attributes, name);
    case "event":
      return ({ events }) => several(events, ({ attributes }) => at(attributes, name));
    case "link":
      return ({ links }) => several(links, ({ attributes }) => at(attributes, name));
  }
}

function at(attributes: PlainMap, name: string): Exclude<PlainValue, null> | undefined {
  return attributes[name] ?? undefined;
}

function several<Item>(items: readonly Item[], read: (item: Item) => Value): Value {
  if (items.length === 0) return undefined;
  return new Several(items.map(read).filter((value) => value !== undefined));
}

/** Tempo writes the parent of a root as zeros. */
const NO_PARENT = "0000000000000000";

const INTRINSICS: { readonly [field in IntrinsicField]: Reader } = {
  name: ({ name }) => name,
  duration: ({ endNs, startNs }) => Number(endNs - startNs),
  status: ({ status }) => status.code,
  statusMessage: ({ status }) => status.message,
  kind: ({ spanKind }) => spanKind,
  spanId: ({ spanId }) => spanId,
  parentId: ({ parentSpanId }) => (parentSpanId === "" ? NO_PARENT : parentSpanId),
  childCount: (span, trace) => trace?.childrenOf(span).length,
  traceId: ({ traceId }) => traceId,
  traceDuration: (_span, trace) => trace?.durationNs,
  rootName: (_span, trace) => trace?.root?.name,
  rootService: (_span, trace) => serviceOf(trace?.root),
  eventName: ({ events }) => several(events, ({ name }) => name),
  eventTime: ({ events, startNs }) => several(events, ({ timeNs }) => Number(timeNs - startNs)),
  linkTraceId: ({ links }) => several(links, ({ traceId }) => traceId),
  linkSpanId: ({ links }) => several(links, ({ spanId }) => spanId),
  scopeName: ({ scope }) => scope.name,
  scopeVersion: ({ scope }) => scope.version,
  nestedSetLeft: (span, trace) => trace?.nestingOf(span).left,
  nestedSetRight: (span, trace) => trace?.nestingOf(span).right,
  nestedSetParent: (span, trace) =>
    trace === undefined
      ? span.parentSpanId === ""
        ? -1
        : undefined
      : trace.nestingOf(span).parent,
};

export function serviceOf(span: SpanRecord | undefined): string | undefined {
  const name = span?.resource.attributes["service.name"];
  return typeof name === "string" ? name : undefined;
}
