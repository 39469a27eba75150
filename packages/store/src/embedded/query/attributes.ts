import type { PlainMap, SpanRecord } from "@throughline/core/record";
import { fetchTest, fieldReader, parseTraceqlField, Several } from "@throughline/query/traceql";
import type {
  AttributeNames,
  AttributeQuery,
  AttributeValue,
  AttributeValues,
  Looked,
} from "../../telemetry.ts";
import type { Pace } from "../read/pace.ts";
import type { Reader } from "../read/reader.ts";
import { candidatesFor, outOfTime } from "./candidates.ts";
import { narrowSpans, pinsOfSpans } from "./narrow-spans.ts";
import { isIn } from "./search-traces.ts";
import { Sweep } from "./sweep.ts";
import { spanOf } from "./trace-spans.ts";

/** Names and values repeat: after so many spans, the newest ones, hardly any is new. */
const MOST_SPANS = 100_000;
const MOST_NAMES = 10_000;
/** Characters of all values of an answer: an attribute may be a prompt. Tempo gives up at as many bytes. */
const MOST_TEXT = 1_000_000;
const LONGEST_NAME = 1_024;

export async function attributeNames(
  reader: Reader,
  query: AttributeQuery,
  pace: Pace,
): Promise<AttributeNames> {
  const names = {
    resource: new Set<string>(),
    span: new Set<string>(),
    event: new Set<string>(),
    link: new Set<string>(),
    instrumentation: new Set<string>(),
  };
  const looked = await throughSpans(reader, query, pace, (span) => {
    addKeys(names.resource, span.resource.attributes);
    addKeys(names.instrumentation, span.scope.attributes);
    addKeys(names.span, span.attributes);
    for (const { attributes } of span.events) addKeys(names.event, attributes);
    for (const { attributes } of span.links) addKeys(names.link, attributes);
    return true;
  });
  return {
    ...looked,
    names: {
      resource: [...names.resource].toSorted(),
      span: [...names.span].toSorted(),
      event: [...names.event].toSorted(),
      link: [...names.link].toSorted(),
      instrumentation: [...names.instrumentation].toSorted(),
    },
  };
}

function addKeys(names: Set<string>, attributes: PlainMap): void {
  for (const key in attributes)
    if (names.size < MOST_NAMES && key.length <= LONGEST_NAME) names.add(key);
}

export interface ValuesAsked {
  readonly field: string;
  readonly limit: number;
  readonly query: AttributeQuery;
}

export async function attributeValues(
  reader: Reader,
  { field, limit, query }: ValuesAsked,
  pace: Pace,
): Promise<AttributeValues> {
  const read = fieldReader(parseTraceqlField(field));
  const values = new Map<string, AttributeValue>();
  let text = 0;
  const looked = await throughSpans(reader, query, pace, (span) => {
    const value = read(span, undefined);
    for (const each of value instanceof Several ? value.values : [value])
      if (each !== undefined && typeof each !== "object") {
        const key = `${typeof each} ${String(each)}`;
        if (values.has(key)) continue;
        text += key.length;
        if (text > MOST_TEXT) return false;
        values.set(key, each);
      }
    return values.size < limit;
  });
  const partial =
    text > MOST_TEXT ? "There are more values than an answer may hold." : looked.partial;
  return { ...looked, values: [...values.values()], ...(partial !== undefined && { partial }) };
}

/** Shows the spans of a window until `see` says that it has seen enough. */
async function throughSpans(
  reader: Reader,
  { fetch, window }: AttributeQuery,
  pace: Pace,
  see: (span: SpanRecord) => boolean,
): Promise<Looked> {
  if (window.endNs <= window.startNs) return { records: 0, bytes: 0 };
  const pins = pinsOfSpans(fetch);
  const { candidates, pinned } = await candidatesFor(reader.days, window, pins, pace);
  const mayMatch = fetchTest(fetch);
  const sweep = new Sweep(reader.blocks, narrowSpans(fetch, pinned), window, candidates);
  let [looked, goesOn] = [0, true];
  for (const candidate of candidates) {
    if (pace.spent || !goesOn || sweep.records >= MOST_SPANS) break;
    await sweep.through(candidate, pace, (swept) => {
      if (!goesOn) return;
      const span = spanOf(swept, undefined);
      if (isIn(window, span) && mayMatch(span)) goesOn = see(span);
    });
    looked++;
  }
  const partial =
    pace.spent || sweep.records >= MOST_SPANS ? outOfTime(looked, candidates.length) : undefined;
  return {
    records: sweep.records,
    bytes: sweep.bytes,
    ...(partial !== undefined && { partial }),
  };
}
