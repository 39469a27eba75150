import { type CallSums, noCalls, noTotals, type Totals } from "@throughline/core/session";

/** Totals as JSON and back: what the writer needs to go on counting where it stopped. */
export function writeTotals(totals: Totals): string {
  const { bySpans, byLogs, models, services, tools } = totals;
  // Spelt out, because a replacer function costs ten times as much, once a session and commit.
  return JSON.stringify({
    ...totals,
    services: { set: [...services] },
    models: { set: [...models] },
    bySpans: { map: [...bySpans].map(writeCalls) },
    byLogs: { map: [...byLogs].map(writeCalls) },
    tools: { spans: tools.spans, logs: { map: [...tools.logs] } },
  });
}

function writeCalls([service, sums]: [string, CallSums]): [string, object] {
  return [service, { ...sums, cost: { map: [...sums.cost] } }];
}

/** Our own text, so its shape is taken as given; what an older version did not know yet starts from nothing. */
export function readTotals(text: string): Totals {
  const read = JSON.parse(text, (_key, value: unknown) => {
    if (typeof value !== "object" || value === null) return value;
    if ("map" in value && Array.isArray(value.map)) return new Map(value.map);
    return "set" in value && Array.isArray(value.set) ? new Set(value.set) : value;
  }) as Partial<Totals>;
  const totals = { ...noTotals(), ...read };
  for (const by of [totals.bySpans, totals.byLogs])
    for (const [service, sums] of by) by.set(service, { ...noCalls(), ...sums });
  return totals;
}
