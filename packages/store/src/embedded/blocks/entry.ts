/**
 * Entries of a block, back to back:
 *
 *   u32 length of the record · u32 cluster · u32 seq, top bit set on a log record · u32 origin · the record as received
 *
 * Little endian; the record is an OTLP Span or LogRecord message in protobuf, byte for byte what the emitter sent.
 */
export const ENTRY_HEADER = 16;
const LOG_BIT = 0x8000_0000;

export interface BlockEntry {
  readonly kind: "span" | "log";
  readonly cluster: number;
  readonly seq: number;
  readonly origin: number;
  /** Where the record's bytes stand in the block. */
  readonly start: number;
  readonly end: number;
}

export function writeEntryHeader(
  view: DataView,
  at: number,
  length: number,
  cluster: number,
  seq: number,
  origin: number,
  isLog: boolean,
): void {
  view.setUint32(at, length, true);
  view.setUint32(at + 4, cluster, true);
  view.setUint32(at + 8, isLog ? (seq | LOG_BIT) >>> 0 : seq, true);
  view.setUint32(at + 12, origin, true);
}

/** Walks a decompressed block; `cluster` skips what belongs to others without making objects of it. */
export function* entriesOf(block: Uint8Array, cluster?: number): Generator<BlockEntry> {
  const view = new DataView(block.buffer, block.byteOffset, block.byteLength);
  for (let at = 0; at + ENTRY_HEADER <= block.byteLength;) {
    const start = at + ENTRY_HEADER;
    const end = start + view.getUint32(at, true);
    if (end > block.byteLength)
      throw new RangeError("a block entry runs past the end of its block");
    const owner = view.getUint32(at + 4, true);
    if (cluster === undefined || owner === cluster) {
      const seq = view.getUint32(at + 8, true);
      yield {
        kind: seq >= LOG_BIT ? "log" : "span",
        cluster: owner,
        seq: seq % LOG_BIT,
        origin: view.getUint32(at + 12, true),
        start,
        end,
      };
    }
    at = end;
  }
}
