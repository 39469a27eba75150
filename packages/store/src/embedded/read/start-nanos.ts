/** Protobuf tags (field number and wire type) of the times in a record. */
const SPAN_START = 0x39;
const LOG_TIME = 0x09;
const LOG_OBSERVED = 0x59;

/**
 * The nanoseconds beyond whole microseconds of when a record began, without decoding it: rows keep microseconds, and within
 * one microsecond a parent must still come before its child. Bytes that the writer took are sound; anything else gives 0.
 */
export function startNanos(
  bytes: Buffer,
  start: number,
  end: number,
  kind: "span" | "log",
): number {
  const time = kind === "span" ? SPAN_START : LOG_TIME;
  let observed = 0;
  for (let at = start; at < end;) {
    const tag = bytes[at++] ?? 0;
    if (tag >= 0x80) at = skipVarint(bytes, at, end);
    switch (tag & 7) {
      case 0:
        at = skipVarint(bytes, at, end);
        break;
      case 1: {
        const nanos = at + 8 > end ? undefined : remainder(bytes, at);
        // It comes before the attributes, which are most of a record's bytes.
        if (tag === time && nanos !== undefined) return nanos;
        if (tag === LOG_OBSERVED && kind === "log") observed = nanos ?? 0;
        at += 8;
        break;
      }
      case 2: {
        let length = 0;
        for (let factor = 1, more = true; more && at < end; factor *= 128) {
          const byte = bytes[at++] ?? 0;
          length += (byte & 0x7f) * factor;
          more = byte >= 0x80;
        }
        at += length;
        break;
      }
      case 5:
        at += 4;
        break;
      default:
        return 0;
    }
  }
  return observed;
}

/** Modulo 1,000 of 64 bits in two halves: a BigInt a record would cost more than all the rest. Undefined for a time of 0. */
function remainder(bytes: Buffer, at: number): number | undefined {
  const low = bytes.readUInt32LE(at);
  const high = bytes.readUInt32LE(at + 4);
  if (low === 0 && high === 0) return undefined;
  return ((high % 1000) * (2 ** 32 % 1000) + (low % 1000)) % 1000;
}

function skipVarint(bytes: Buffer, at: number, end: number): number {
  while (at < end && (bytes[at] ?? 0) >= 0x80) at++;
  return at + 1;
}
