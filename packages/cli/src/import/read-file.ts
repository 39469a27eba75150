import { createReadStream } from "node:fs";
import type { Readable } from "node:stream";
import { createGunzip, createZstdDecompress } from "node:zlib";
import { OtlpError, splitLengthPrefixed, splitLines } from "@throughline/core/otlp";

import { CommandError } from "../exit-codes.ts";

/** One export request as it stands in a file, and where. */
export interface Entry {
  readonly form: "json" | "protobuf";
  /** Line of a JSON file, number of the message in a protobuf file; from 1. */
  readonly number: number;
  readonly bytes: Uint8Array;
}

/**
 * The requests in an OTLP file: JSON lines, or protobuf with length prefixes, plain or compressed with gzip or zstd. Its first
 * bytes say which, whatever it is called. `-` is the standard input.
 */
export async function* readFile(path: string): AsyncGenerator<Entry> {
  const file: Readable = path === "-" ? process.stdin : createReadStream(path);
  try {
    yield* entriesIn(decompressed(path, await peeked(file)));
  } catch (error) {
    if (error instanceof OtlpError) throw new CommandError(`${path}: ${error.message}.`);
    if (error instanceof Error && "code" in error)
      throw new CommandError(`${path} can't be read: ${error.message}.`);
    throw error;
  } finally {
    file.destroy();
  }
}

interface Peeked {
  readonly first: Uint8Array;
  readonly all: AsyncIterable<Uint8Array>;
}

async function peeked(file: AsyncIterable<unknown>): Promise<Peeked> {
  const chunks = bytesOf(file);
  const next = await chunks.next();
  const first = next.done === true ? new Uint8Array(0) : next.value;
  return {
    first,
    all: (async function* () {
      yield first;
      yield* chunks;
    })(),
  };
}

async function* bytesOf(file: AsyncIterable<unknown>): AsyncGenerator<Uint8Array, undefined> {
  for await (const chunk of file) if (chunk instanceof Uint8Array) yield chunk;
  return undefined;
}

function decompressed(path: string, { all, first }: Peeked): AsyncIterable<Uint8Array> {
  const starts = (...magic: readonly number[]): boolean =>
    magic.every((byte, index) => first[index] === byte);
  if (starts(0x1f, 0x8b)) return through(path, all, createGunzip());
  return starts(0x28, 0xb5, 0x2f, 0xfd) ? through(path, all, createZstdDecompress()) : all;
}

async function* through(
  path: string,
  all: AsyncIterable<Uint8Array>,
  unpack: ReturnType<typeof createGunzip> | ReturnType<typeof createZstdDecompress>,
): AsyncGenerator<Uint8Array> {
  const feeding = (async () => {
    for await (const chunk of all)
      if (!unpack.write(chunk)) await new Promise((resolve) => unpack.once("drain", resolve));
    unpack.end();
  })();
  try {
    yield* bytesOf(unpack);
  } catch (error) {
    throw new CommandError(
      `${path} is damaged: ${error instanceof Error ? error.message : String(error)}.`,
    );
  }
  await feeding;
}

async function* entriesIn(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Entry> {
  const { all, first } = await peeked(bytes);
  // A collector that has seen nothing of a signal leaves an empty file.
  if (first.length === 0) return;
  // A length of 16 MB or more is the only one that does not begin with 0; text begins with none.
  const form = first[0] === 0 ? "protobuf" : "json";
  let number = 0;
  const splitter = form === "json" ? numberedLines() : splitLengthPrefixed();
  const numbered = (message: Uint8Array): Entry => ({ form, number: ++number, bytes: message });
  for await (const chunk of all)
    for (const message of splitter.push(chunk)) {
      const entry = numbered(message);
      if (entry.bytes.length > 0) yield entry;
    }
  for (const message of splitter.end()) yield numbered(message);
}

/** Blank lines count, so that an error names the line an editor shows. */
function numberedLines(): Pick<ReturnType<typeof splitLines>, "push" | "end"> {
  const splitter = splitLines();
  let held = false;
  return {
    push(chunk) {
      const lines: Uint8Array[] = [];
      let start = 0;
      for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
        const [line] = splitter.push(chunk.subarray(start, end + 1));
        lines.push(line ?? new Uint8Array(0));
        start = end + 1;
        held = false;
      }
      held ||= start < chunk.length;
      splitter.push(chunk.subarray(start));
      return lines;
    },
    end: () => (held ? splitter.end() : []),
  };
}
