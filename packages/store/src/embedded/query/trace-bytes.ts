import type { TraceBytes } from "../../telemetry.ts";
import type { Pace } from "../read/pace.ts";
import type { Reader } from "../read/reader.ts";
import { requestOf } from "./raw-origins.ts";
import { MOST_SPANS, spansOfTrace } from "./trace-spans.ts";

/** Spans of a piece: who turns them into JSON should not hold up others for long. */
const PIECE = 500;

/** One trace as it was sent; null where there is no span of it. */
export async function traceBytes(
  reader: Reader,
  traceId: string,
  pace: Pace,
): Promise<TraceBytes | null> {
  const { cut, spans } = await spansOfTrace(reader, traceId, pace);
  if (spans.length === 0) return null;
  return {
    pieces: Array.from({ length: Math.ceil(spans.length / PIECE) }, (_none, index) =>
      requestOf(spans.slice(index * PIECE, (index + 1) * PIECE)),
    ),
    spans: spans.length,
    ...(cut && {
      partial: `The trace has more than ${MOST_SPANS} spans; these are the first that came in.`,
    }),
  };
}
