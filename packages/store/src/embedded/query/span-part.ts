import { KeyTable, type SpanPart } from "@throughline/core/otlp";
import type { TraceqlPlan } from "@throughline/query/traceql";

/** What of a span a plan reads; undefined: all of it. */
export function partOf({
  fields,
  readsAll,
}: Pick<TraceqlPlan, "fields" | "readsAll">): SpanPart | undefined {
  if (readsAll) return undefined;
  const attributes = new Set<string>();
  let [events, links] = [false, false];
  for (const field of fields) {
    if (field.kind === "intrinsic") {
      events ||= field.name.startsWith("event:");
      links ||= field.name.startsWith("link:");
    } else if (field.scope === "event") events = true;
    else if (field.scope === "link") links = true;
    else if (field.scope === "span" || field.scope === "any") attributes.add(field.name);
  }
  return { attributes: new KeyTable([...attributes]), events, links };
}
