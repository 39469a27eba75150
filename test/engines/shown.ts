import { setTimeout as sleep } from "node:timers/promises";
import { decodeTraces } from "@throughline/core/otlp";
import { recordsOf } from "@throughline/core/record";
import type { Delivery } from "@throughline/store";

const PATIENCE_MS = 60_000;

/** Waits until Tempo's searches show what was delivered, which they do a moment after it was taken in; Loki does at once. */
export async function shown(tempo: string, deliveries: readonly Delivery[]): Promise<void> {
  for (const { body, signal } of deliveries) {
    if (signal !== "traces") continue;
    const spans = new Map<string, string[]>();
    for (const { spanId, traceId } of recordsOf(decodeTraces(body)))
      spans.set(traceId, [...(spans.get(traceId) ?? []), spanId]);
    for (const [trace, ids] of spans) await isShown(tempo, queryFor(trace, ids));
  }
}

/**
 * Any span of the delivery, as they are shown together. The trace alone may have been there before; and of a trace that came in
 * pieces a search tells no more than one piece, unless it asks for one. Ids that begin with "00" Tempo doesn't find.
 */
function queryFor(trace: string, spans: readonly string[]): string {
  const span = spans.find((id) => !id.startsWith("00"));
  const narrower = span === undefined ? "" : ` && span:id = "${span}"`;
  return `{ trace:id = "${trace}"${narrower} }`;
}

async function isShown(tempo: string, query: string): Promise<void> {
  const url = new URL(`${tempo}/api/search`);
  const nowS = Math.floor(Date.now() / 1000);
  url.searchParams.set("q", query);
  url.searchParams.set("start", String(nowS - 7_200));
  url.searchParams.set("end", String(nowS + 3_600));
  for (const began = Date.now(); Date.now() - began < PATIENCE_MS; await sleep(100)) {
    const answer = await (await fetch(url)).text();
    if (answer.includes("spanID")) return;
  }
  throw new Error(`Tempo never showed ${query}`);
}
