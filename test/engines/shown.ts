import { setTimeout as sleep } from "node:timers/promises";
import { decodeTraces } from "@throughline/core/otlp";
import { recordsOf } from "@throughline/core/record";
import type { Delivery } from "@throughline/store";

const PATIENCE_MS = 60_000;
/** What Tempo tells at most of one trace in a search. */
const SPANS = 100;

/** Waits until Tempo's searches show all of these spans, which they do a moment after they were taken in; Loki does at once. */
export async function shown(tempo: string, deliveries: readonly Delivery[]): Promise<void> {
  const traces = new Map<string, Set<string>>();
  for (const { body, signal } of deliveries) {
    if (signal !== "traces") continue;
    for (const { spanId, traceId } of recordsOf(decodeTraces(body)))
      traces.set(traceId, (traces.get(traceId) ?? new Set()).add(spanId));
  }
  for (const [trace, spans] of traces) await isShown(tempo, trace, spans);
}

async function isShown(tempo: string, trace: string, spans: ReadonlySet<string>): Promise<void> {
  const url = new URL(`${tempo}/api/search`);
  const nowS = Math.floor(Date.now() / 1000);
  url.searchParams.set("q", `{ trace:id = "${trace}" }`);
  url.searchParams.set("spss", String(SPANS));
  url.searchParams.set("start", String(nowS - 7_200));
  url.searchParams.set("end", String(nowS + 3_600));
  for (const began = Date.now(); Date.now() - began < PATIENCE_MS; await sleep(100)) {
    const answer = await (await fetch(url)).text();
    if (all(spans, answer)) return;
    // Of a large trace a search tells no more: then it is enough that it was found.
    const [, matched = "0"] = /"matched":(\d+)/.exec(answer) ?? [];
    if (Number(matched) >= SPANS) return;
  }
  throw new Error(`Tempo never showed all of trace ${trace}`);
}

function all(spans: ReadonlySet<string>, answer: string): boolean {
  return [...spans].every((span) => answer.includes(span));
}
