/**
 * A collector that takes everything and counts it, in a process of its own so that its CPU is not the subject's. It counts
 * spans by their ids, so that what is sent twice counts once. `GET /` tells what came since the last time.
 */
import { createServer } from "node:http";
import { gunzipSync } from "node:zlib";

import { createSkimmer } from "@throughline/core/otlp";

const skimmer = createSkimmer({ attributes: [], resourceAttributes: [] });
let spans = new Set<string>();
let bytes = 0;
let requests = 0;

const server = createServer((request, response) => {
  const parts: Buffer[] = [];
  request.on("data", (part: Buffer) => parts.push(part));
  request.on("end", () => {
    if (request.method === "GET") {
      response.end(JSON.stringify({ spans: spans.size, bytes, requests }));
      spans = new Set();
      bytes = requests = 0;
      return;
    }
    const wire = Buffer.concat(parts);
    bytes += wire.length;
    requests++;
    const body = request.headers["content-encoding"] === "gzip" ? gunzipSync(wire) : wire;
    if (request.headers["content-type"] === "application/x-protobuf") {
      skimmer.traces(body, ({ bytes, spanIdAt }) => {
        spans.add(Buffer.from(bytes.subarray(spanIdAt, spanIdAt + 8)).toString("hex"));
      });
    } else if (request.url?.endsWith("/v1/traces") === true) {
      for (const id of body.toString().matchAll(/"spanId":"([^"]+)"/g)) spans.add(id[1]!);
    }
    response.setHeader("content-type", request.headers["content-type"] ?? "application/json");
    response.end(request.headers["content-type"] === "application/json" ? "{}" : "");
  });
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  if (typeof address === "object" && address !== null) process.send?.(address.port);
});
process.on("disconnect", () => process.exit());
