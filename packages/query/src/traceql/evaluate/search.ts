import type { SpanRecord } from "@throughline/core/record";
import { goDuration } from "../../text/quantities.ts";
import type { TraceqlSearchPlan } from "../plan/plan.ts";
import type { Field } from "../tree.ts";
import { intrinsics } from "../vocabulary.ts";
import { fieldReader, serviceOf } from "./field.ts";
import { createPipeline, type SpanSet } from "./pipeline.ts";
import { Trace } from "./trace.ts";
import { createTellings, type Tellings } from "./tellings.ts";
import { Several, type Value } from "./value.ts";

type ShownValue = Exclude<Value, Several | undefined>;

export interface FoundSpan {
  readonly span: SpanRecord;
  /** The fields that the query asks about, by name without scope; what a found span shows anyway is not among them. */
  readonly attributes: readonly (readonly [name: string, value: ShownValue])[];
}

export interface FoundSet {
  readonly spans: readonly FoundSpan[];
  /** How many there are, also when `spans` is cut. */
  readonly matched: number;
  readonly attributes: SpanSet["attributes"];
}

export interface FoundTrace {
  readonly traceId: string;
  /** Undefined while the root has not come. */
  readonly root: SpanRecord | undefined;
  readonly startNs: bigint;
  readonly durationNs: number;
  readonly services: ReadonlyMap<string, { readonly spans: number; readonly errors: number }>;
  readonly sets: readonly FoundSet[];
}

/**
 * From the spans of one trace to what a search shows of it; undefined when it does not match. What it says of the trace
 * itself (root, times, services) is read from `whole` where more of the trace is known than was asked for.
 */
export type TraceqlSearch = (
  spans: readonly SpanRecord[],
  whole?: readonly SpanRecord[],
) => FoundTrace | undefined;

export function createTraceqlSearch(plan: TraceqlSearchPlan): TraceqlSearch {
  const pipeline = createPipeline(plan.query.body.stages);
  const tellings = createTellings(plan.query.body.stages);
  const shown = plan.fields.flatMap((field) => shownField(field, tellings));
  const { spansPerSet } = plan;
  const { endNs, startNs } = plan.window;
  return (spans, whole = spans) => {
    const trace = new Trace(spans);
    // A trace that is looked at as a whole is found by what of it lies in the window.
    const sets = pipeline(trace).filter((set) =>
      set.spans.some((span) => span.startNs >= startNs && span.startNs < endNs),
    );
    if (sets.length === 0) return undefined;
    const shownTrace = whole === spans ? trace : new Trace(whole);
    return {
      traceId: shownTrace.spans[0]?.traceId ?? "",
      root: shownTrace.root,
      startNs: shownTrace.startNs,
      durationNs: shownTrace.durationNs,
      services: countServices(shownTrace),
      sets: sets.map(({ attributes, spans }) => ({
        spans: spans.slice(0, spansPerSet).map((span) => ({
          span,
          attributes: shown.flatMap(({ name, read }) => {
            const value = firstOf(read(span, trace));
            return value === undefined ? [] : [[name, value] as const];
          }),
        })),
        matched: spans.length,
        attributes,
      })),
    };
  };
}

/** Tempo repeats none of these as an attribute: the trace or the span shows them already. */
const SHOWN_ANYWAY = new Set([
  "name",
  "duration",
  "spanId",
  "traceId",
  "traceDuration",
  "rootName",
  "rootService",
]);

interface ShownField {
  readonly name: string;
  /** Undefined where nothing is to be told. */
  readonly read: ReturnType<typeof fieldReader>;
}

function shownField(field: Field, tellings: Tellings): ShownField[] {
  const meaning = field.kind === "intrinsic" ? intrinsics.get(field.name)?.field : undefined;
  if (field.kind === "intrinsic" && (meaning === undefined || SHOWN_ANYWAY.has(meaning))) return [];
  const isTold = tellings(field);
  const read = fieldReader(field);
  const told: ShownField["read"] = (span, trace) => {
    if (isTold === "always") return shownValue(read(span, trace), meaning);
    // What was asked for because it is not there is told by name.
    return isTold(span, trace) ? (shownValue(read(span, trace), meaning) ?? "nil") : undefined;
  };
  return [{ name: field.name.replace(/^span:(?=status|kind)/, ""), read: told }];
}

function shownValue(value: Value, meaning: string | undefined): Value {
  const first = firstOf(value);
  return meaning === "eventTime" && typeof first === "number" ? goDuration(first) : first;
}

function firstOf(value: Value): Exclude<Value, Several> {
  const first = value instanceof Several ? value.values[0] : value;
  return first instanceof Several ? undefined : first;
}

function countServices({ spans }: Trace): FoundTrace["services"] {
  const services = new Map<string, { spans: number; errors: number }>();
  for (const span of spans) {
    const name = serviceOf(span) ?? "";
    const counts = services.get(name) ?? { spans: 0, errors: 0 };
    counts.spans++;
    if (span.status.code === "error") counts.errors++;
    services.set(name, counts);
  }
  return services;
}
