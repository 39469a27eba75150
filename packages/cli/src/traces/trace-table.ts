import { agoText, durationText } from "@throughline/core/figures";
import { type Line, piece, tableLines } from "../terminal/line.ts";
import type { FoundTrace } from "./tempo.ts";

export interface CountedTrace extends FoundTrace {
  readonly spans: number;
  readonly errors: number;
}

export function traceTable(traces: readonly CountedTrace[], now: number): Line[] {
  if (traces.length === 0) return [];
  return tableLines(
    ["TRACE", "STARTED", "TOOK", "SPANS", "ERRORS", "SERVICE", "ROOT"],
    traces.map(({ durationMs, errors, rootName, rootService, spans, startMs, traceId }) => [
      piece(traceId, "name"),
      agoText(now - startMs),
      durationText(durationMs),
      String(spans),
      piece(String(errors), errors > 0 ? "bad" : "plain"),
      rootService,
      rootName,
    ]),
  );
}
