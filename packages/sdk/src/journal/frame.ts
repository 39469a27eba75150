import { crc32 } from "node:zlib";

/**
 * Frames in a segment file: length, checksum, kind, payload.
 *
 * A process may die between any two bytes. A frame counts only when all of it is there and the checksum holds; whatever
 * follows the first one that does not is no longer read.
 */
export const frameKinds = {
  /** Resource and scope that later frames of the segment name by number. */
  group: 1,
  span: 2,
  log: 3,
  /** A span that began. */
  open: 4,
  /** A chunk that needs nobody's memory any more. */
  settled: 5,
  alive: 6,
} as const;

export interface Frame {
  readonly kind: number;
  readonly payload: Buffer;
}

/** A part of a payload: a 32-bit number, or bytes. */
export type Part = number | Uint8Array;

const headBytes = 9;

/** Builds frames in one buffer that it uses again and again: a frame is gone when the next one is built. */
export class FrameBuilder {
  #buffer: Buffer = Buffer.allocUnsafe(4_096);

  build(kind: number, parts: readonly Part[]): Buffer {
    let length = headBytes;
    for (const part of parts) length += typeof part === "number" ? 4 : part.length;
    if (length > this.#buffer.length) this.#buffer = Buffer.allocUnsafe(length * 2);
    const frame = this.#buffer.subarray(0, length);
    let at = headBytes;
    for (const part of parts) {
      if (typeof part === "number") at = frame.writeUInt32LE(part, at);
      else {
        frame.set(part, at);
        at += part.length;
      }
    }
    frame[8] = kind;
    frame.writeUInt32LE(length - headBytes, 0);
    frame.writeUInt32LE(crc32(frame.subarray(8)), 4);
    return frame;
  }
}

/** The complete frames at the beginning of these bytes. Payloads are views, not copies. */
export function* readFrames(bytes: Buffer): Generator<Frame> {
  let at = 0;
  while (bytes.length - at >= headBytes) {
    const end = at + headBytes + bytes.readUInt32LE(at);
    if (end > bytes.length) return;
    if (crc32(bytes.subarray(at + 8, end)) !== bytes.readUInt32LE(at + 4)) return;
    yield { kind: bytes[at + 8]!, payload: bytes.subarray(at + headBytes, end) };
    at = end;
  }
}
