/**
 * The bare limit: `raw-server.ts DIRECTORY` receives requests over HTTP and appends their bytes to a file, one fdatasync for all that
 * came within 50 ms, and answers after it. It looks at nothing and could find nothing again.
 */
import { fdatasyncSync, openSync, writeSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

const GATHER_MS = 50;

const [directory = "."] = process.argv.slice(2);
const file = openSync(join(directory, "raw"), "w");
let waiting: ServerResponse[] = [];
let timer: NodeJS.Timeout | undefined;

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    for (const chunk of chunks) writeSync(file, chunk);
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
