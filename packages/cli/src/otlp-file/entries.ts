import { pipeline, type Transform } from "node:stream";
import { createGunzip, createZstdDecompress, zstdDecompressSync } from "node:zlib";
import { OtlpError, parseJson, splitLengthPrefixed, splitLines } from "@throughline/core/otlp";

import { isZstd, peek, startsGzip, startsJson, startsLength, text } from "./first-bytes.ts";

/** What stands in a file as one piece: an export request, or as JSON a list of them. */
export interface Entry {
  readonly form: "json" | "protobuf";
  /** Where it begins: its line in a file of text, else the number of the message; from 1. */
  readonly number: number;
  readonly bytes: Uint8Array;
}

/** A file that is not JSON line by line is held as a whole, up to this. */
const LONGEST_WHOLE = 256 * 1024 * 1024;
/** More than one request may hold, once unpacked. */
const LONGEST_UNPACKED = 256 * 1024 * 1024;

/**
 * The requests of an OTLP file, in whichever form it was written, whatever it is called: JSON lines or protobuf with length
 * prefixes, as the Collector's file exporter writes them, packed with zstd or not; one request as JSON, pretty-printed or not, or
 * as protobuf; a JSON list of requests; all of it packed with gzip or zstd. Holds one request at a time.
 */
export async function* otlpEntries(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Entry> {
  const [head, all] = await peek(chunks, 4);
  if (startsGzip(head)) yield* otlpEntries(unpacked(all, createGunzip()));
  else if (isZstd(head)) yield* otlpEntries(unpacked(all, createZstdDecompress()));
  else if (startsJson(head)) yield* jsonEntries(all);
  else if (startsLength(head)) yield* messages(all);
  else if (head.length > 0) yield { form: "protobuf", number: 1, bytes: await whole(all) };
}

async function* jsonEntries(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Entry> {
  let isFirst = true;
  let held: Entry[] | undefined;
  let size = 0;
  for await (const line of numberedLines(chunks)) {
    // What does not end on its first line may go on over the next ones.
    if (isFirst && !isJson(line.bytes)) held = [];
    isFirst = false;
    if (held === undefined) {
      yield line;
      continue;
    }
    held.push({ ...line, bytes: new Uint8Array(line.bytes) });
    size += line.bytes.length + 1;
    if (size <= LONGEST_WHOLE) continue;
    yield* held;
    held = undefined;
  }
  if (held === undefined) return;
  const [first] = held;
  const joined = Buffer.concat(held.flatMap(({ bytes }) => [bytes, NEWLINE]));
  // Lines after all, with a bad one at the beginning: each of the others is still to be had.
  if (first === undefined || !isJson(joined)) yield* held;
  else yield { ...first, bytes: joined };
}

const NEWLINE = Buffer.from("\n");

/** Blank lines count, so that an error names the line which an editor shows. */
async function* numberedLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Entry> {
  const splitter = splitLines({ keepsBlank: true });
  let number = 0;
  for await (const chunk of toItsEnd(chunks)) {
    for (const bytes of chunk === undefined ? splitter.end() : splitter.push(chunk)) {
      number++;
      if (text(bytes).trim() !== "") yield { form: "json", number, bytes };
    }
  }
}

async function* messages(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Entry> {
  const splitter = splitLengthPrefixed();
  let number = 0;
  for await (const chunk of toItsEnd(chunks))
    for (const message of chunk === undefined ? splitter.end() : splitter.push(chunk)) {
      number++;
      if (message.length > 0) yield unpackedMessage(message, number);
    }
}

/** With `compression: zstd` each message is packed by itself, and JSON gets a length as well. */
function unpackedMessage(message: Uint8Array, number: number): Entry {
  const bytes = isZstd(message)
    ? zstdDecompressSync(message, { maxOutputLength: LONGEST_UNPACKED })
    : message;
  return { form: startsJson(bytes) ? "json" : "protobuf", number, bytes };
}

/** The chunks, then their end. */
async function* toItsEnd(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array | undefined> {
  yield* chunks;
  yield undefined;
}

function isJson(bytes: Uint8Array): boolean {
  try {
    parseJson(text(bytes));
    return true;
  } catch (error) {
    if (error instanceof OtlpError) return false;
    throw error;
  }
}

async function* unpacked(
  chunks: AsyncIterable<Uint8Array>,
  unpack: Transform,
): AsyncGenerator<Uint8Array> {
  // What goes wrong on the way is thrown where the end of the pipe is read.
  for await (const chunk of pipeline(chunks, unpack, () => {}))
    if (chunk instanceof Uint8Array) yield chunk;
}

async function whole(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let held = 0;
  for await (const chunk of chunks) {
    held += chunk.length;
    if (held > LONGEST_WHOLE) throw new OtlpError("frame", held);
    pieces.push(chunk);
  }
  return Buffer.concat(pieces);
}
