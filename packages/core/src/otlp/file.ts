/**
 * OTLP in files, read piece by piece. Two forms exist: JSON lines, one request a line (OTLP File Exporter specification), and
 * protobuf requests, each after its length in four bytes, big end first (the Collector's file exporter with `format: proto`).
 *
 * A splitter takes the chunks of a file in order and gives back the messages they complete. It does no I/O and holds no more
 * than one unfinished message, of at most `longest` bytes.
 */
import { OtlpError } from "./otlp-error.ts";

/** More than receivers usually accept as one request. */
const LONGEST = 64 * 1024 * 1024;

export interface Splitter {
  /** The messages that this chunk completes; they may share its memory. */
  push(chunk: Uint8Array): Uint8Array[];
  /** What the end of the file completes. Throws {@link OtlpError} when a message is cut off. */
  end(): Uint8Array[];
}

export interface LineOptions {
  readonly longest?: number;
  /** For who counts lines; otherwise blank ones are passed over. */
  readonly keepsBlank?: boolean;
}

/** The last line needs no line end. */
export function splitLines({ keepsBlank = false, longest = LONGEST }: LineOptions = {}): Splitter {
  const held = new Held();
  const kept = (lines: Uint8Array[]): Uint8Array[] =>
    keepsBlank ? lines : lines.filter(isNotBlank);
  let offset = 0;
  return {
    push(chunk) {
      const lines: Uint8Array[] = [];
      let start = 0;
      for (;;) {
        const end = chunk.indexOf(0x0a, start);
        const stop = end < 0 ? chunk.length : end;
        if (held.size + stop - start > longest) throw new OtlpError("frame", offset + start);
        if (end < 0) break;
        lines.push(held.join(chunk.subarray(start, end)));
        start = end + 1;
      }
      held.add(chunk.subarray(start));
      offset += chunk.length;
      return kept(lines);
    },
    end: () => (held.size === 0 ? [] : kept([held.join(new Uint8Array(0))])),
  };
}

export function splitLengthPrefixed(longest: number = LONGEST): Splitter {
  const held = new Held();
  let offset = 0;
  let inLength = true;
  let wanted = 4;
  return {
    push(chunk) {
      const messages: Uint8Array[] = [];
      let start = 0;
      for (;;) {
        const end = start + wanted - held.size;
        if (end > chunk.length) break;
        const bytes = held.join(chunk.subarray(start, end));
        start = end;
        if (inLength) {
          wanted = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
          if (wanted > longest) throw new OtlpError("frame", offset + start - 4);
        } else {
          messages.push(bytes);
          wanted = 4;
        }
        inLength = !inLength;
      }
      held.add(chunk.subarray(start));
      offset += chunk.length;
      return messages;
    },
    end() {
      if (held.size > 0 || !inLength) throw new OtlpError("frame", offset);
      return [];
    },
  };
}

/** The length that stands before a protobuf message in a file. */
export function lengthPrefix(length: number): Uint8Array {
  const prefix = new Uint8Array(4);
  new DataView(prefix.buffer).setUint32(0, length);
  return prefix;
}

function isNotBlank(line: Uint8Array): boolean {
  return line.some((byte) => byte !== 0x20 && byte !== 0x0d && byte !== 0x09);
}

/** The beginning of a message whose end is still to come. Copied: who reads a file may use one buffer for all chunks. */
class Held {
  size = 0;
  #pieces: Uint8Array[] = [];

  add(piece: Uint8Array): void {
    if (piece.length === 0) return;
    this.#pieces.push(new Uint8Array(piece));
    this.size += piece.length;
  }

  /** What was held and the last piece, in one; nothing is held afterwards. */
  join(last: Uint8Array): Uint8Array {
    if (this.size === 0) return last;
    const whole = new Uint8Array(this.size + last.length);
    let at = 0;
    for (const piece of [...this.#pieces, last]) {
      whole.set(piece, at);
      at += piece.length;
    }
    this.#pieces = [];
    this.size = 0;
    return whole;
  }
}
