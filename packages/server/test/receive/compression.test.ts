import { gzipSync, zstdCompressSync } from "node:zlib";
import { expect, test } from "vitest";

import { backend, heldBytes, sharedBackend } from "../support/backend.ts";
import { statusOf } from "../support/google-rpc.ts";
import { tracesBody } from "../support/requests.ts";

const compressors = { gzip: gzipSync, zstd: zstdCompressSync } as const;

const shared = sharedBackend();

test.each(["gzip", "zstd"] as const)("%s is read, small and large", async (encoding) => {
  const server = shared();
  // Below and far above what is inflated in one go on the main thread.
  for (const [size, spans] of [
    ["small", 1],
    ["large", 30_000],
  ] as const) {
    const session = `${encoding}-${size}`;
    const body = compressors[encoding](tracesBody({ session, spans }));
    const response = await server.post("/v1/traces", body, { "content-encoding": encoding });
    expect(response.status, session).toBe(200);
    expect(await server.json(`/api/v1/sessions/${session}`)).toMatchObject({ spans });
  }
});

test("gzip in several members, as concatenating writers make it, is one body", async () => {
  const server = shared();
  const body = Buffer.concat([
    gzipSync(tracesBody({ session: "parts", spans: 2 })),
    gzipSync(tracesBody({ session: "parts", spans: 3 })),
  ]);
  expect((await server.post("/v1/traces", body, { "content-encoding": "gzip" })).status).toBe(200);
  expect(await server.json("/api/v1/sessions/parts")).toMatchObject({ spans: 5 });
});

test.each(["gzip", "zstd"] as const)("broken %s is a 400, cut off or garbled", async (encoding) => {
  const server = shared();
  const whole = compressors[encoding](tracesBody({ spans: 200 }));
  const cut = whole.subarray(0, whole.length - 20);
  const garbled = Buffer.from(whole).fill(0x55, 20, 60);
  const send = (body: Uint8Array) =>
    server.post("/v1/traces", body, { "content-encoding": encoding });
  for (const body of [cut, Buffer.from("not compressed at all")]) {
    const response = await send(body);
    expect(response.status).toBe(400);
    expect((await statusOf(response)).message).toContain(`not valid ${encoding}`);
  }
  // Not every compressor sums up its content; garbage that inflates is then garbage to the protobuf reader.
  expect((await send(garbled)).status).toBe(400);
});

test.each(["gzip", "zstd"] as const)(
  "a %s bomb is refused at the limit, not inflated",
  async (encoding) => {
    const inflated = 8 * 1024 * 1024;
    const server = await backend({ limits: { inflated, inFlight: 4 * inflated } });
    const bomb = compressors[encoding](Buffer.alloc(200 * 1024 * 1024));
    const answers = await Promise.all(
      Array.from({ length: 8 }, () =>
        server.post("/v1/traces", bomb, { "content-encoding": encoding }),
      ),
    );
    // Each alone is too large; together they may meet the bound of all requests first.
    for (const { status } of answers) expect([413, 429]).toContain(status);
    expect(answers.some(({ status }) => status === 413)).toBe(true);
    expect(await server.metric(heldBytes)).toBe(0);
  },
);
