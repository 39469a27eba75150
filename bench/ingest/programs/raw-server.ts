/**
 * The bare limit: `raw-server.ts DIRECTORY [zstd]` receives requests over HTTP and appends their bytes to a file, one fdatasync for all
 * that came within 50 ms, and answers after it. It looks at nothing and could find nothing again. With `zstd` it compresses each body
 * first: the least that anything pays that keeps less than it was sent.
 */
import { fdatasyncSync, openSync, writeSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { constants, zstdCompressSync } from "node:zlib";

const GATHER_MS = 50;
const FASTEST = {
  chunkSize: 1 << 18,
  params: { [constants.ZSTD_c_compressionLevel]: 1 },
};

const [directory = ".", compression] = process.argv.slice(2);
const file = openSync(join(directory, "raw"), "w");
let waiting: ServerResponse[] = [];
let timer: NodeJS.Timeout | undefined;

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    if (compression === "zstd") writeSync(file, zstdCompressSync(Buffer.concat(chunks), FASTEST));
    else for (const chunk of chunks) writeSync(file, chunk);
    waiting.push(response);
    timer ??= setTimeout(commit, GATHER_MS);
  });
});
server.listen(0, "127.0.0.1", () => {
  // SAFETY: a server that listens on TCP has an AddressInfo.
  process.send?.((server.address() as AddressInfo).port);
});
process.on("SIGTERM", () => process.exit(0));

function commit(): void {
  timer = undefined;
  fdatasyncSync(file);
  const answered = waiting;
  waiting = [];
  for (const response of answered) {
    response.writeHead(200, { "content-type": "application/x-protobuf", "content-length": 0 });
    response.end();
  }
}
