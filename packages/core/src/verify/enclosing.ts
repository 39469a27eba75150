import type { Fact } from "./fact.ts";
import type { TraceFacts } from "./trace-facts.ts";

/** Every span above one of the calls; each is passed once. */
export function enclosersOf(calls: readonly Fact[], trace: TraceFacts): ReadonlySet<Fact> {
  const seen = new Set<Fact>();
  for (const call of calls)
    for (let up = trace.parentOf(call); up !== undefined && !seen.has(up); up = trace.parentOf(up))
      seen.add(up);
  return seen;
}
