import { attr } from "../names.ts";
import type {
  LogRecord,
  PlainMap,
  PlainValue,
  SpanKindName,
  SpanRecord,
} from "../record/record.ts";

const KINDS: readonly SpanKindName[] = ["internal", "server", "client", "producer", "consumer"];
const ABOUT_THE_SPAN: ReadonlySet<string> = new Set([
  attr.spanName,
  attr.spanKind,
  attr.spanParentId,
  attr.spanStartTimeUnixNano,
  "event.name",
]);
const SPAN_ID = /^(?!0+$)[0-9a-f]{16}$/i;

/**
 * The span that a `throughline.span.start` event announces, as far as it is known: without an end. It stands for work in
 * flight until the span itself arrives.
 */
export function announcedSpan(event: LogRecord): SpanRecord {
  const said = event.attributes;
  const parent = textOf(said[attr.spanParentId]);
  const kind = textOf(said[attr.spanKind]);
  return {
    kind: "span",
    traceId: event.traceId,
    spanId: event.spanId,
    parentSpanId: SPAN_ID.test(parent) ? parent.toLowerCase() : "",
    parentIsRemote: undefined,
    name: textOf(said[attr.spanName]) || textOf(said[attr.step]),
    spanKind: KINDS.find((name) => name === kind) ?? "unspecified",
    startNs: nanosOf(said[attr.spanStartTimeUnixNano]) ?? event.timeNs,
    endNs: 0n,
    status: { code: "unset", message: "" },
    attributes: rest(said),
    events: [],
    links: [],
    resource: event.resource,
    scope: event.scope,
  };
}

function textOf(value: PlainValue | undefined): string {
  return typeof value === "string" && value.length <= 1024 ? value : "";
}

/** Digits, as the contract has it; some SDKs turn them into a number. */
function nanosOf(value: PlainValue | undefined): bigint | undefined {
  if (typeof value === "bigint") return value > 0n && value < 1n << 64n ? value : undefined;
  return typeof value === "string" && /^[1-9]\d{0,18}$/.test(value) ? BigInt(value) : undefined;
}

function rest(said: PlainMap): PlainMap {
  const map = Object.create(null) as { [key: string]: PlainValue };
  for (const key in said) if (!ABOUT_THE_SPAN.has(key)) map[key] = said[key] ?? null;
  return map;
}
