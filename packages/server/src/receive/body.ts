import type { Readable } from "node:stream";
import {
  createGunzip,
  createZstdDecompress,
  gunzipSync,
  zstdDecompressSync,
  type Gunzip,
  type ZstdDecompress,
} from "node:zlib";

import { Refusal } from "../refusal/refusal.ts";
import type { Hold } from "./intake.ts";
import type { ReceiveLimits } from "./limits.ts";

export type Compression = "none" | "gzip" | "zstd";

/** The sender went away in the middle: nobody is left to answer. */
export class SenderGone extends Error {
  override readonly name = "SenderGone";
}

export function compressionOf(header: string | undefined): Compression {
  const name = header?.trim().toLowerCase() ?? "";
  if (name === "" || name === "identity") return "none";
  if (name === "gzip" || name === "zstd") return name;
  throw new Refusal("unsupported_encoding", `It was "${name.slice(0, 40)}".`, {
    headers: { "accept-encoding": "gzip, zstd" },
  });
}

export async function readBody(
  source: Readable,
  compression: Compression,
  limits: ReceiveLimits,
  hold: Hold,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await upload(source, limits.body, hold);
  return compression === "none" ? bytes : inflate(bytes, compression, limits.inflated, hold);
}

/** What a connection brings in. Whatever breaks it, the sender is gone. */
export async function upload(
  source: Readable,
  limit: number,
  hold: Hold,
): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return await collect(source, limit, hold);
  } catch (error) {
    throw error instanceof Refusal ? error : new SenderGone();
  }
}

/** Everything the source gives, in memory of its own that may be transferred to a worker. */
function collect(source: Readable, limit: number, hold: Hold): Promise<Uint8Array<ArrayBuffer>> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const settle = (finish: () => void) => {
      source.off("data", onData).off("end", onEnd).off("error", onError).off("close", onClose);
      // A late error of a stream nobody listens to would end the process.
      source.on("error", ignore);
      finish();
    };
    const onData = (chunk: Buffer) => {
      try {
        size += chunk.length;
        if (size > limit) throw new Refusal("too_large", `The limit is ${limit} bytes.`);
        hold.grow(chunk.length);
        chunks.push(chunk);
      } catch (error) {
        settle(() => reject(error));
      }
    };
    const onEnd = () => settle(() => resolve(join(chunks, size)));
    const onError = (error: Error) => settle(() => reject(error));
    const onClose = () => settle(() => reject(new SenderGone()));
    source.on("data", onData).on("end", onEnd).on("error", onError).on("close", onClose);
  });
}

function ignore(): void {}

function join(chunks: readonly Buffer[], size: number): Uint8Array<ArrayBuffer> {
  // Not from Node's shared pool: transferring a slice of the pool would take everybody else's bytes along.
  const whole = Buffer.allocUnsafeSlow(size);
  let at = 0;
  for (const chunk of chunks) {
    at += chunk.copy(whole, at);
    free(chunk);
  }
  return whole;
}

/** Gives memory back at once: V8 would go through its whole heap for every 64 MB of it, 2 µs of CPU a span. */
function free({ buffer, byteLength }: Buffer): void {
  // Small chunks are slices of what others use too.
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer(0);
}

/** Up to here inflating on the main thread is quicker than handing it to the pool: gunzipSync measured 25 % below async. */
const syncInput = 256 * 1024;
const syncOutput = 2 * 1024 * 1024;

export async function inflate(
  bytes: Uint8Array<ArrayBuffer>,
  compression: "gzip" | "zstd",
  limit: number,
  hold: Hold,
): Promise<Uint8Array<ArrayBuffer>> {
  if (bytes.length === 0) return bytes;
  const quick = bytes.length <= syncInput ? inflateSmall(bytes, compression, limit) : undefined;
  if (quick !== undefined) {
    hold.grow(quick.length);
    return quick;
  }
  const chunkSize = 256 * 1024;
  const engine =
    compression === "gzip" ? createGunzip({ chunkSize }) : createZstdDecompress({ chunkSize });
  try {
    engine.end(bytes);
    return await collect(engine, limit, hold);
  } catch (error) {
    throw asRefusal(error, compression);
  } finally {
    discard(engine);
  }
}

/** Undefined when it grows beyond what the main thread should do in one go. */
function inflateSmall(
  bytes: Uint8Array<ArrayBuffer>,
  compression: "gzip" | "zstd",
  limit: number,
): Uint8Array<ArrayBuffer> | undefined {
  const maxOutputLength = Math.min(syncOutput, limit);
  const guess = compression === "gzip" ? gzipSize(bytes) + 64 : bytes.length * 8;
  const chunkSize = Math.max(Math.min(guess, maxOutputLength), 64 * 1024);
  try {
    const whole =
      compression === "gzip"
        ? gunzipSync(bytes, { maxOutputLength, chunkSize })
        : zstdDecompressSync(bytes, { maxOutputLength, chunkSize });
    return ownMemory(whole);
  } catch (error) {
    if (codeOf(error) === "ERR_BUFFER_TOO_LARGE") return undefined;
    throw asRefusal(error, compression);
  }
}

/** The size that the gzip trailer claims. A wrong claim costs a few allocations and nothing else. */
function gzipSize(bytes: Uint8Array<ArrayBuffer>): number {
  if (bytes.length < 18) return 0;
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(bytes.length - 4, true);
}

function ownMemory(bytes: Buffer): Uint8Array<ArrayBuffer> {
  const { buffer } = bytes;
  const snug =
    buffer instanceof ArrayBuffer &&
    bytes.byteOffset === 0 &&
    buffer.byteLength <= bytes.length + 4096;
  return snug ? new Uint8Array(buffer, 0, bytes.length) : Uint8Array.from(bytes);
}

function discard(engine: Gunzip | ZstdDecompress): void {
  if (!engine.destroyed) engine.destroy();
}

function asRefusal(error: unknown, compression: string): unknown {
  if (error instanceof Refusal) return error;
  return new Refusal("bad_data", `It is not valid ${compression} (${codeOf(error)}).`);
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "unknown";
}
