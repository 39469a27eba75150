import { QueryError } from "@throughline/query";
import { planTraceql, type SpanFetch } from "@throughline/query/traceql";

/**
 * What an editor sends along while its query is being written: the parts that can be read narrow what is offered, the
 * others are left out.
 */
export function lenientFetch(query: string | undefined): readonly SpanFetch[] {
  if (query === undefined) return [];
  const whole = fetchOf(query);
  if (whole !== undefined) return whole;
  const inside = /\{(.*)\}?/s.exec(query)?.[1]?.replace(/\}[^}]*$/, "") ?? "";
  const clauses = inside
    .split("&&")
    .slice(0, most)
    .flatMap((part) => fetchOf(`{${part}}`)?.[0]?.clauses ?? []);
  return clauses.length === 0 ? [] : [{ clauses, rest: null }];
}

const most = 32;

function fetchOf(query: string): readonly SpanFetch[] | undefined {
  try {
    return planTraceql(query, { startNs: 0n, endNs: 1n }).fetch;
  } catch (error) {
    if (error instanceof QueryError) return undefined;
    throw error;
  }
}
