import { writeDuration } from "@throughline/query";
import {
  type Field,
  parseTraceqlField,
  printField,
  type SpanFetch,
} from "@throughline/query/traceql";
import type { AttributeValue, AttributeValues, TelemetryReader } from "@throughline/store";

import type { Visit } from "../door/visit.ts";
import { answerJson, saidPartial } from "../protocol/answer.ts";
import { Parameters, planned, unreadable } from "../protocol/parameters.ts";
import { lenientFetch } from "./lenient-query.ts";
import type { Ask } from "../protocol/ask.ts";
import { limitOf, lookback, metricsOf } from "./tag-names.ts";
import { searchWindow } from "./window.ts";

/** The first version of the door: a bare name, and values as text. */
export const tagValues: Ask = async (reader, visit, signal) => {
  const name = tagOf(visit);
  const field: Field = bareIntrinsics.has(name)
    ? { kind: "intrinsic", name }
    : { kind: "attribute", scope: "any", name };
  const found = await valuesOf(reader, field, visit, signal);
  const tagValues = found.values.map(String).toSorted();
  await answerJson(visit, { tagValues, metrics: metricsOf(found) }, saidPartial(found.partial));
};

export const typedTagValues: Ask = async (reader, visit, signal) => {
  const field = planned(() => parseTraceqlField(tagOf(visit)));
  const found = await valuesOf(reader, field, visit, signal);
  const typed = found.values.map((value) => typedJson(field, value));
  const tagValues = typed.toSorted((one, other) => (one.value < other.value ? -1 : 1));
  await answerJson(visit, { tagValues, metrics: metricsOf(found) }, saidPartial(found.partial));
};

const bareIntrinsics = new Set(["name", "status", "kind", "rootName", "rootServiceName"]);
const keywords = new Set(["status", "kind", "span:status", "span:kind"]);
const durations = new Set(["duration", "span:duration", "event:timeSinceStart"]);

/** Of a trace's root, a root says it itself. */
const ofRoots: Readonly<Record<string, Field>> = {
  rootName: { kind: "intrinsic", name: "name" },
  "trace:rootName": { kind: "intrinsic", name: "name" },
  rootServiceName: { kind: "attribute", scope: "resource", name: "service.name" },
  "trace:rootService": { kind: "attribute", scope: "resource", name: "service.name" },
};

function valuesOf(
  reader: TelemetryReader,
  field: Field,
  visit: Visit,
  signal: AbortSignal,
): Promise<AttributeValues> {
  const parameters = new Parameters(visit.query);
  const ofRoot = Object.hasOwn(ofRoots, field.name) ? ofRoots[field.name] : undefined;
  const window = searchWindow(parameters, lookback);
  const wanted = lenientFetch(parameters.text("q"));
  const fetch =
    ofRoot === undefined ? wanted : both(wanted, lenientFetch("{ nestedSetParent < 0 }"));
  return reader.attributeValues(
    printField(ofRoot ?? field),
    limitOf(parameters),
    { window, fetch },
    { signal },
  );
}

function both(wanted: readonly SpanFetch[], root: readonly SpanFetch[]): readonly SpanFetch[] {
  if (wanted.length === 0) return root;
  const clauses = root.flatMap((fetch) => fetch.clauses);
  return wanted.map((fetch) => ({ ...fetch, clauses: [...fetch.clauses, ...clauses] }));
}

function tagOf({ captured }: Visit): string {
  try {
    return decodeURIComponent(captured[0] ?? "");
  } catch {
    throw unreadable("tag", captured[0] ?? "", "a percent-encoded name");
  }
}

function typedJson(
  field: Field,
  value: AttributeValue,
): { readonly type: string; readonly value: string } {
  if (field.kind === "intrinsic" && keywords.has(field.name))
    return { type: "keyword", value: String(value) };
  if (field.kind === "intrinsic" && durations.has(field.name))
    return { type: "duration", value: writeDuration(Number(value)) };
  switch (typeof value) {
    case "bigint":
      return { type: "int", value: String(value) };
    case "number":
      return { type: Number.isSafeInteger(value) ? "int" : "float", value: String(value) };
    case "boolean":
      return { type: "bool", value: String(value) };
    default:
      return { type: "string", value };
  }
}
