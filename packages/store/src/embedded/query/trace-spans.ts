import { decodeSpan, decodeSpanPart, type SpanPart } from "@throughline/core/otlp";
import { type SpanRecord, spanRecord } from "@throughline/core/record";
import type { BlockEntry } from "../blocks/entry.ts";
import { entriesOf } from "../blocks/entry.ts";
import type { DayFile } from "../read/day-file.ts";
import type { Pace } from "../read/pace.ts";
import { placesOfTrace } from "../read/places.ts";
import type { Reader } from "../read/reader.ts";
import { CLUSTER_SPAN, RECORD_FLAGS } from "../schema/codes.ts";

/** Well beyond what any trace should have (CONTRACT C19 says 2,000). */
export const MOST_SPANS = 20_000;

export interface SpanBytes {
  readonly file: DayFile;
  readonly origin: number;
  readonly bytes: Buffer;
}

export interface TraceSpans {
  readonly spans: readonly SpanBytes[];
  readonly bytes: number;
  readonly cut: boolean;
}

/** Every span of a trace, in whatever sessions they are; the first of those that share an id. */
export async function spansOfTrace(
  { blocks, days }: Reader,
  traceId: string,
  pace: Pace,
): Promise<TraceSpans> {
  const spans: SpanBytes[] = [];
  let size = 0;
  const id = Buffer.from(traceId, "hex");
  for (const { cluster, file } of placesOfTrace(days, id)) {
    const row = file.get("select id from trace where trace_id = ?", id);
    if (row === undefined) continue;
    const first = cluster * CLUSTER_SPAN;
    const rows = file.lists(
      `select id from span where id >= ? and id < ? and trace = ? and flags & ${RECORD_FLAGS.again} = 0 limit ?`,
      first,
      first + CLUSTER_SPAN,
      Number(row["id"]),
      MOST_SPANS + 1 - spans.length,
    );
    // Compaction may show a record twice, in its old block and in its new one.
    const wanted = new Set(rows.map(([row]) => Number(row) - first));
    for (const { bytes: block } of blocks.of(file, cluster)) {
      if (wanted.size === 0) break;
      for (const entry of entriesOf(block, cluster))
        if (entry.kind === "span" && wanted.delete(entry.seq)) {
          const found = spanIn(file, block, entry);
          size += found.bytes.length;
          spans.push(found);
        }
      await pace.rest();
    }
    if (spans.length > MOST_SPANS)
      return { spans: spans.slice(0, MOST_SPANS), bytes: size, cut: true };
  }
  return { spans, bytes: size, cut: false };
}

function spanIn(file: DayFile, block: Buffer, { end, origin, start }: BlockEntry): SpanBytes {
  return { file, origin, bytes: block.subarray(start, end) };
}

/** The span, or as much of it as is wanted. */
export function spanOf({ bytes, file, origin }: SpanBytes, part: SpanPart | undefined): SpanRecord {
  const { resource, scope } = file.origin(origin);
  const span = part === undefined ? decodeSpan(bytes) : decodeSpanPart(bytes, part);
  return spanRecord(span, resource, scope);
}
