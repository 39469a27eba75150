import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { request } from "node:http";
import { expect, test } from "vitest";

import { sharedBackend } from "../support/backend.ts";

const backend = sharedBackend();

interface Raw {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/** Not fetch: that decodes what it gets. */
function raw(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Raw> {
  return new Promise((resolve, reject) => {
    const asked = request(backend().url + path, { headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => {
        const { headers, statusCode = 0 } = response;
        resolve({ status: statusCode, headers, body: Buffer.concat(chunks) });
      });
    });
    asked.on("error", reject);
    asked.end();
  });
}

async function script(): Promise<string> {
  const { body } = await raw("/");
  const found = /src="(\/assets\/[^"]+\.js)"/.exec(body.toString("utf8"))?.[1];
  if (found === undefined) throw new Error("the page names no script");
  return found;
}

test("files of the page come compressed to those who take it, and are the same to all", async () => {
  const path = await script();
  const plain = await raw(path);
  expect(plain.headers["content-encoding"]).toBeUndefined();
  expect(plain.headers["content-type"]).toBe("text/javascript; charset=utf-8");
  const gzip = await raw(path, { "accept-encoding": "gzip, deflate" });
  expect(gzip.headers["content-encoding"]).toBe("gzip");
  expect(gunzipSync(gzip.body).equals(plain.body)).toBe(true);
  const brotli = await raw(path, { "accept-encoding": "gzip;q=0.5, br" });
  expect(brotli.headers["content-encoding"]).toBe("br");
  expect(brotliDecompressSync(brotli.body).equals(plain.body)).toBe(true);
  const refused = await raw(path, { "accept-encoding": "br;q=0" });
  expect(refused.headers["content-encoding"]).toBeUndefined();
  for (const { headers } of [plain, gzip, brotli]) expect(headers["vary"]).toBe("accept-encoding");
});

test("a file is kept for good, the page itself is asked for again and told that it is the same", async () => {
  const file = await raw(await script());
  expect(file.headers["cache-control"]).toContain("immutable");
  const page = await raw("/");
  expect(page.headers["cache-control"]).toBe("no-cache");
  const etag = String(page.headers["etag"]);
  const again = await raw("/sessions/any", { "if-none-match": etag });
  expect(again.status).toBe(304);
  expect(again.body).toHaveLength(0);
  expect(again.headers["content-security-policy"]).toBe(page.headers["content-security-policy"]);
});

test("only what was built is served, wherever an address tries to lead", async () => {
  for (const path of [
    "/assets/nothing.js",
    "/assets/..%2findex.html",
    "/assets/%2e%2e%2fstamp",
    "/assets/",
  ]) {
    expect((await raw(path)).status).toBe(404);
  }
});

test("the page fits into 150 kB", async () => {
  const { body } = await raw("/");
  const names = [...body.toString("utf8").matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)];
  let size = 0;
  for (const [, path = ""] of names) {
    size += (await raw(path, { "accept-encoding": "gzip" })).body.length;
  }
  expect(size).toBeGreaterThan(10_000);
  expect(size).toBeLessThan(150_000);
});
