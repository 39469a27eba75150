import {
  lengthPrefix,
  OtlpError,
  splitLengthPrefixed,
  splitLines,
  type Splitter,
} from "@throughline/core/otlp";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

/** Reads the bytes in chunks of the given sizes, through one Buffer, as a file is read. */
function readIn(splitter: Splitter, bytes: Uint8Array, sizes: readonly number[]): Uint8Array[] {
  const messages: Uint8Array[] = [];
  const buffer = Buffer.alloc(Math.max(...sizes, 1));
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const chunk = bytes.subarray(at, at + (sizes[i % sizes.length] ?? 1));
    buffer.set(chunk);
    messages.push(
      ...splitter.push(buffer.subarray(0, chunk.length)).map((message) => new Uint8Array(message)),
    );
    at += chunk.length;
  }
  return [...messages, ...splitter.end()];
}

const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 });
const texts = (messages: readonly Uint8Array[]): string[] =>
  messages.map((bytes) => Buffer.from(bytes).toString());

describe("lines", () => {
  it("are found however the file is cut", () => {
    const line = fc
      .string({ unit: "grapheme" })
      .map((text) => `{${text.replaceAll(/[\r\n]/g, " ")}}`);
    fc.assert(
      fc.property(
        fc.array(line),
        sizes,
        fc.constantFrom("\n", "\r\n", "\n\n \n"),
        (lines, sizes, end) => {
          const bytes = new TextEncoder().encode(lines.join(end));
          expect(texts(readIn(splitLines(), bytes, sizes)).map((line) => line.trimEnd())).toEqual(
            lines.map((line) => Buffer.from(line).toString().trimEnd()),
          );
        },
      ),
    );
  });

  it("that are blank are kept for who counts", () => {
    const bytes = new TextEncoder().encode("\n{}\n\n \n[]");
    for (const size of [1, 2, 100]) {
      expect(texts(readIn(splitLines({ keepsBlank: true }), bytes, [size]))).toEqual([
        "",
        "{}",
        "",
        " ",
        "[]",
      ]);
    }
  });

  it("longer than allowed are refused, wherever they are cut", () => {
    const bytes = new TextEncoder().encode(`short\n${"x".repeat(50)}\n`);
    for (const size of [1, 7, 100]) {
      expect(() => readIn(splitLines({ longest: 40 }), bytes, [size])).toThrow(OtlpError);
      expect(readIn(splitLines({ longest: 50 }), bytes, [size])).toHaveLength(2);
    }
  });
});

describe("length-prefixed messages", () => {
  const file = (messages: readonly Uint8Array[]): Uint8Array =>
    Buffer.concat(messages.flatMap((message) => [lengthPrefix(message.length), message]));

  it("are found however the file is cut", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 30 })), sizes, (messages, sizes) => {
        expect(readIn(splitLengthPrefixed(), file(messages), sizes)).toEqual(messages);
      }),
    );
  });

  it("have their length in four bytes, big end first, as the Collector writes them", () => {
    expect([...lengthPrefix(258)]).toEqual([0, 0, 1, 2]);
  });

  it("cut off at the end of the file, or longer than allowed, are refused", () => {
    const bytes = file([Uint8Array.from([1, 2, 3]), new Uint8Array(50)]);
    for (const size of [1, 4, 100]) {
      expect(() => readIn(splitLengthPrefixed(), bytes.subarray(0, -1), [size])).toThrow(OtlpError);
      expect(() => readIn(splitLengthPrefixed(), bytes.subarray(0, 11), [size])).toThrow(OtlpError);
      expect(() => readIn(splitLengthPrefixed(), bytes.subarray(0, 9), [size])).toThrow(OtlpError);
      expect(() => readIn(splitLengthPrefixed(49), bytes, [size])).toThrow(OtlpError);
    }
  });
});
