import {
  type Injury,
  without,
  withAttributes,
  isSpan,
  stepOf,
  is,
  isLine,
  ours,
  hasLink,
  childrenOf,
  isTwin,
  announced,
  changed,
} from "./injury.ts";
import { map, span } from "./telemetry.ts";

/** What goes wrong with where a record stands: C01 to C07. */
export const placeFaults: readonly Injury[] = [
  {
    name: "a span loses the id",
    rule: "C01",
    fits: (record) => ours(record),
    hurt: (record) => [without(record, "session.id")],
  },
  {
    name: "a log record loses the id",
    rule: "C01",
    fits: (record) => record.kind === "log",
    hurt: (record) => [without(record, "session.id")],
  },
  {
    name: "the id goes to the resource as well",
    rule: "C02",
    fits: () => true,
    hurt: (record) => [
      changed(record, {
        resource: {
          attributes: map({
            ...record.resource.attributes,
            "session.id": record.attributes["session.id"],
          }),
        },
      }),
    ],
  },
  {
    name: "a log record loses its span",
    rule: "C03",
    fits: isLine,
    hurt: (record) => [{ ...record, spanId: "" }],
  },
  {
    name: "a log record loses trace and span",
    rule: "C03",
    fits: isLine,
    hurt: (record) => [{ ...record, traceId: "", spanId: "" }],
  },
  {
    name: "a framework writes its own id over the session's",
    rule: "C04",
    fits: (record, all) => ours(record) && stepOf(record) !== "session" && !isTwin(record, all),
    hurt: (record) => [withAttributes(record, { "session.id": "framework-thread-1" })],
  },
  {
    name: "a log record takes the id of another session",
    rule: "C04",
    fits: isLine,
    hurt: (record) => [withAttributes(record, { "session.id": "somebody-else" })],
  },
  {
    name: "a span is lost, and what was below it stays",
    rule: "C05",
    fits: (record, all) =>
      isSpan(record) &&
      !announced(record, all) &&
      !isTwin(record, all) &&
      childrenOf(record, all).length > 0,
    hurt: () => [],
  },
  {
    name: "a parent that never was",
    rule: "C05",
    fits: (record) =>
      is("llm", "tool", "hook", "action", "turn")(record) &&
      isSpan(record) &&
      record.parentSpanId !== "",
    hurt: (record) => (isSpan(record) ? [changed(record, { parentSpanId: "dead".repeat(4) })] : []),
  },
  {
    name: "a log record points at a span that never was",
    rule: "C05",
    fits: isLine,
    hurt: (record) => [{ ...record, spanId: "dead".repeat(4) }],
  },
  {
    name: "a turn takes whatever span is active for its parent",
    rule: "C06",
    fits: is("turn"),
    hurt: (record) => {
      if (!isSpan(record)) return [];
      const active = span({
        traceId: record.traceId,
        parentSpanId: record.parentSpanId,
        startNs: record.startNs,
        resource: record.resource,
        spanId: "beef".repeat(4),
        name: "GET /",
        spanKind: "server",
        attributes: { "session.id": record.attributes["session.id"] },
      });
      return [active, changed(record, { parentSpanId: active.spanId })];
    },
  },
  {
    name: "a turn becomes a second root",
    rule: "C06",
    fits: (record) => is("turn")(record) && isSpan(record) && record.parentSpanId !== "",
    hurt: (record) => (isSpan(record) ? [changed(record, { parentSpanId: "" })] : []),
  },
  {
    name: "a further trace loses its link to the root",
    rule: "C07",
    fits: (record) => is("turn", "session")(record) && hasLink(record, "session"),
    hurt: (record) =>
      isSpan(record)
        ? [
            changed(record, {
              links: record.links.filter(
                (each) => each.attributes["throughline.link"] !== "session",
              ),
            }),
          ]
        : [],
  },
];
