import { textPool } from "../../otlp/wire/text.ts";
import type { ProtoReader } from "../../otlp/wire/reader.ts";
import type { JsonValue } from "../session.ts";

const CAPACITY = 16_384;
/** What one enormous record took is not kept for the next. */
const KEPT = 1 << 20;

const QUOTE = 0x22;

const THREE_SPACES = 0x20202000;

/**
 * Whether four bytes are ASCII that JSON has as it is. What must be escaped, or may be no UTF-8 at all, is left to those who know.
 * Without a top bit in any byte, taking 0x20 from each sets one where a byte is smaller; taking 1 does where it was a zero, which a
 * quote or a backslash is once it is XORed with itself.
 */
function arePlain(four: number): boolean {
  const suspicious =
    four |
    (four - 0x20202020) |
    ((four ^ 0x22222222) - 0x01010101) |
    ((four ^ 0x5c5c5c5c) - 0x01010101);
  return (suspicious & 0x80808080) === 0;
}

const DIGITS = Uint8Array.from("0123456789abcdef", (digit) => digit.charCodeAt(0));

const encoder = new TextEncoder();
// A byte order mark inside a value is data.
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** JSON in the making, as bytes: text that is UTF-8 already is copied, and becomes a string once, with all that is around it. */
export class JsonText {
  #bytes = new Uint8Array(CAPACITY);
  #view = new DataView(this.#bytes.buffer);
  #at = 0;

  /** Where the next byte goes; {@link rewind} takes back what was written since. */
  get at(): number {
    return this.#at;
  }

  rewind(at: number): void {
    this.#at = at;
  }

  /** One sign of JSON's own. */
  sign(code: number): void {
    this.#room(1)[this.#at++] = code;
  }

  /** Words and digits as they are. */
  ascii(text: string): void {
    const bytes = this.#room(text.length);
    let at = this.#at;
    for (let i = 0; i < text.length; i++) bytes[at++] = text.charCodeAt(i);
    this.#at = at;
  }

  /** A string in quotes that needs no escaping: ours, not a stranger's. */
  word(text: string | null): void {
    if (text === null) return this.ascii("null");
    this.sign(QUOTE);
    this.ascii(text);
    this.sign(QUOTE);
  }

  /** A string in quotes, from UTF-8. Four bytes at a time: most of a record is this. */
  text({ bytes: from, view }: ProtoReader, start: number, end: number): void {
    this.#room(end - start + 2);
    let at = this.#at;
    this.#view.setUint8(at++, QUOTE);
    let i = start;
    for (; i + 4 <= end; i += 4, at += 4) {
      const four = view.getInt32(i, true);
      if (!arePlain(four)) return this.value(textPool.text(from, start, end));
      this.#view.setInt32(at, four, true);
    }
    for (; i < end; i++) {
      const byte = view.getUint8(i);
      if (!arePlain(byte | THREE_SPACES)) return this.value(textPool.text(from, start, end));
      this.#view.setUint8(at++, byte);
    }
    this.#view.setUint8(at++, QUOTE);
    this.#at = at;
  }

  /** The same from a string. */
  string(text: string): void {
    const bytes = this.#room(text.length + 2);
    let at = this.#at;
    bytes[at++] = QUOTE;
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      if (unit > 0x7f || !arePlain(unit | THREE_SPACES)) return this.value(text);
      bytes[at++] = unit;
    }
    bytes[at++] = QUOTE;
    this.#at = at;
  }

  /** Lower-case hex, without quotes. */
  hex(from: Uint8Array, start: number, end: number): void {
    const bytes = this.#room(2 * (end - start));
    let at = this.#at;
    for (let i = start; i < end; i++) {
      const byte = from[i]!;
      bytes[at++] = DIGITS[byte >> 4]!;
      bytes[at++] = DIGITS[byte & 15]!;
    }
    this.#at = at;
  }

  value(value: JsonValue): void {
    const encoded = encoder.encode(JSON.stringify(value));
    this.#room(encoded.length).set(encoded, this.#at);
    this.#at += encoded.length;
  }

  /** All that was written; the next text starts anew. */
  take(): string {
    const text = decoder.decode(this.#bytes.subarray(0, this.#at));
    this.#at = 0;
    if (this.#bytes.length > KEPT) this.#renew(new Uint8Array(CAPACITY));
    return text;
  }

  #room(size: number): Uint8Array {
    if (this.#at + size > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(this.#bytes.length * 2, this.#at + size));
      grown.set(this.#bytes.subarray(0, this.#at));
      this.#renew(grown);
    }
    return this.#bytes;
  }

  #renew(bytes: Uint8Array<ArrayBuffer>): void {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer);
  }
}
