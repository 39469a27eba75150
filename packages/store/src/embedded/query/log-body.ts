const BODY = 0x2a;
const STRING_VALUE = 0x0a;

/**
 * Whether a log record's body is something else than text, without decoding the record: as a line it is JSON then, which does
 * not stand in the bytes. Bytes that the writer took are sound; of anything else it says that it is.
 */
export function hasOtherBody(bytes: Buffer): boolean {
  for (let at = 0; at < bytes.length;) {
    const tag = bytes[at++] ?? 0;
    if (tag >= 0x80) at = afterVarint(bytes, at);
    switch (tag & 7) {
      case 0:
        at = afterVarint(bytes, at);
        break;
      case 1:
        at += 8;
        break;
      case 2: {
        let length = 0;
        for (let factor = 1, more = true; more && at < bytes.length; factor *= 128) {
          const byte = bytes[at++] ?? 0;
          length += (byte & 0x7f) * factor;
          more = byte >= 0x80;
        }
        if (tag === BODY && length > 0 && bytes[at] !== STRING_VALUE) return true;
        at += length;
        break;
      }
      case 5:
        at += 4;
        break;
      default:
        return true;
    }
  }
  return false;
}

function afterVarint(bytes: Buffer, from: number): number {
  let at = from;
  while (at < bytes.length && (bytes[at] ?? 0) >= 0x80) at++;
  return at + 1;
}
