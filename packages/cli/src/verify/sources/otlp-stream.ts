import { pipeline, type Transform } from "node:stream";
import { createGunzip, createZstdDecompress, zstdDecompressSync } from "node:zlib";
import {
  type AnyRequest,
  decodeAny,
  logsFromJson,
  metricsFromJson,
  OtlpError,
  parseJson,
  signalOfJson,
  splitLengthPrefixed,
  splitLines,
  type Splitter,
  tracesFromJson,
} from "@throughline/core/otlp";

/** A pretty-printed file is read as a whole. */
const LONGEST_WHOLE = 256 * 1024 * 1024;
/** More than one request may hold, once unpacked. */
const LONGEST_UNPACKED = 256 * 1024 * 1024;

/**
 * The export requests of an OTLP file, in whichever form it was written: JSON lines or protobuf with length prefixes, as the
 * Collector's file exporter writes them, packed with zstd or not; one request as JSON, pretty-printed or not, or as protobuf; a
 * JSON list of requests; all of it packed with gzip. Holds one request at a time.
 */
export async function* otlpRequests(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<AnyRequest> {
  const [head, all] = await peek(chunks, 4);
  if (head[0] === 0x1f && head[1] === 0x8b) yield* otlpRequests(unpacked(all, createGunzip()));
  else if (isZstd(head)) yield* otlpRequests(unpacked(all, createZstdDecompress()));
  else if (startsJson(head)) yield* jsonRequests(all);
  else if (isLength(head)) yield* messages(all, splitLengthPrefixed(), unpackedRequest);
  else if (head.length > 0) yield decodeAny(await whole(all));
}

async function* jsonRequests(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<AnyRequest> {
  const lines = splitLines();
  let count = 0;
  let pretty: Uint8Array[] | undefined;
  let held = 0;
  const keep = (line: Uint8Array): void => {
    held += line.length;
    if (held > LONGEST_WHOLE) throw new OtlpError("frame", held);
    pretty?.push(new Uint8Array(line), NEWLINE);
  };
  for await (const chunk of endless(chunks)) {
    for (const line of chunk === undefined ? lines.end() : lines.push(chunk)) {
      count++;
      if (pretty !== undefined) keep(line);
      else {
        const json = parsed(line);
        // What does not end on its first line goes on over the next ones.
        if (json === undefined && count === 1) {
          pretty = [];
          keep(line);
        } else yield* atLine(count, () => requestsIn(json ?? parseJson(text(line))));
      }
    }
  }
  if (pretty !== undefined) yield* requestsIn(parseJson(text(Buffer.concat(pretty))));
}

const NEWLINE = Buffer.from("\n");

/** The chunks, then their end. */
async function* endless(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array | undefined> {
  yield* chunks;
  yield undefined;
}

function parsed(line: Uint8Array): unknown {
  try {
    return parseJson(text(line));
  } catch (error) {
    if (error instanceof OtlpError) return undefined;
    throw error;
  }
}

function requestsIn(json: unknown): readonly AnyRequest[] {
  return Array.isArray(json) ? json.map(requestIn) : [requestIn(json)];
}

function requestIn(json: unknown): AnyRequest {
  if (typeof json !== "object" || json === null) throw new OtlpError("json-type", 0, "$");
  const signal = signalOfJson(json);
  if (signal === "traces") return { signal, request: tracesFromJson(json) };
  if (signal === "logs") return { signal, request: logsFromJson(json) };
  if (signal === "metrics") return { signal, request: metricsFromJson(json) };
  throw new OtlpError("json-signal", 0, "$");
}

async function* messages(
  chunks: AsyncIterable<Uint8Array>,
  splitter: Splitter,
  read: (message: Uint8Array) => readonly AnyRequest[],
): AsyncGenerator<AnyRequest> {
  let count = 0;
  for await (const chunk of endless(chunks))
    for (const message of chunk === undefined ? splitter.end() : splitter.push(chunk))
      yield* atLine(++count, () => read(message));
}

/** With `compression: zstd` each message is packed by itself, and JSON gets a length as well. */
function unpackedRequest(message: Uint8Array): readonly AnyRequest[] {
  const bytes = isZstd(message)
    ? zstdDecompressSync(message, { maxOutputLength: LONGEST_UNPACKED })
    : message;
  return startsJson(bytes) ? requestsIn(parseJson(text(bytes))) : [decodeAny(bytes)];
}

function isZstd(head: Uint8Array): boolean {
  return [0x28, 0xb5, 0x2f, 0xfd].every((byte, index) => head[index] === byte);
}

/** What can't be read says in which message of the file it stands. */
function atLine<Read>(count: number, read: () => Read): Read {
  try {
    return read();
  } catch (error) {
    if (error instanceof OtlpError) throw new BadMessage(count, error.message);
    throw error;
  }
}

/** A message of the file that is no OTLP. */
export class BadMessage extends Error {
  override readonly name = "BadMessage";

  constructor(count: number, why: string) {
    super(`request ${count}: ${why}`);
  }
}

function startsJson(head: Uint8Array): boolean {
  const text = Buffer.from(head.subarray(0, 4))
    .toString("utf8")
    .replace(/^\ufeff/, "")
    .trimStart();
  return text === "" ? head.length > 0 : text.startsWith("{") || text.startsWith("[");
}

/** A request without a length in front begins with a tag, and would be longer than any file. */
function isLength(head: Uint8Array): boolean {
  return head.length === 4 && Buffer.from(head).readUInt32BE() < 0x0a_00_00_00;
}

async function peek(
  chunks: AsyncIterable<Uint8Array>,
  bytes: number,
): Promise<readonly [Uint8Array, AsyncIterable<Uint8Array>]> {
  const source = chunks[Symbol.asyncIterator]();
  let seen: Uint8Array = Buffer.alloc(0);
  while (seen.length < bytes) {
    const next = await source.next();
    if (next.done === true) break;
    seen = Buffer.concat([seen, next.value]);
  }
  async function* again(): AsyncGenerator<Uint8Array> {
    try {
      if (seen.length > 0) yield seen;
      for (let next = await source.next(); next.done !== true; next = await source.next())
        yield next.value;
    } finally {
      await source.return?.();
    }
  }
  return [seen.subarray(0, bytes), again()];
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

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    .toString("utf8")
    .replace(/^\ufeff/, "");
}
