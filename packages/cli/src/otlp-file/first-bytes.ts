/** What a file is, its first bytes say: names and endings are anybody's choice. */

export function startsGzip(head: Uint8Array): boolean {
  return head[0] === 0x1f && head[1] === 0x8b;
}

export function isZstd(head: Uint8Array): boolean {
  return [0x28, 0xb5, 0x2f, 0xfd].every((byte, index) => head[index] === byte);
}

export function startsJson(head: Uint8Array): boolean {
  const start = text(head.subarray(0, 4)).trimStart();
  return start === "" ? head.length > 0 : start.startsWith("{") || start.startsWith("[");
}

/** A request without a length in front begins with a tag, and would be longer than any file. */
export function startsLength(head: Uint8Array): boolean {
  return head.length === 4 && Buffer.from(head).readUInt32BE() < 0x0a_00_00_00;
}

export function text(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    .toString("utf8")
    .replace(/^\ufeff/, "");
}

/** The first bytes, and all of them again. */
export async function peek(
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
