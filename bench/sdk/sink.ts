/**
 * A collector that takes everything and counts it, in a process of its own so that its CPU is not the subject's. It counts
 * spans by their ids, so that what is sent twice counts once. `GET /` tells what came since the last time; the parent's
 * messages make it a bad collector and a good one again.
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { gunzipSync } from "node:zlib";

import { createSkimmer } from "@throughline/core/otlp";

/** `away`: nobody listens. `silent`: takes requests and answers none. */
export type Mood = "good" | "503" | "silent" | "away";

const skimmer = createSkimmer({ attributes: [], resourceAttributes: [] });
let spans = new Set<string>();
let bytes = 0;
let requests = 0;
let mood: Mood = "good";

const server = createServer((request, response) => {
  const parts: Buffer[] = [];
  request.on("data", (part: Buffer) => parts.push(part));
  request.on("end", () => {
    if (request.method === "GET" && request.url === "/") {
      response.end(JSON.stringify({ spans: spans.size, bytes, requests }));
      spans = new Set();
      bytes = requests = 0;
      return;
    }
    requests++;
    if (mood === "silent") return;
    if (mood === "503") response.statusCode = 503;
    else take(Buffer.concat(parts), request.headers, request.url ?? "");
    const protobuf = request.headers["content-type"] === "application/x-protobuf";
    response.setHeader("content-type", protobuf ? "application/x-protobuf" : "application/json");
    response.end(protobuf ? "" : JSON.stringify(braintrust(request.url ?? "")));
  });
});

/** What one of the peers wants to hear before it sends anything. */
function braintrust(path: string): object {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo | null)?.port}`;
  return path === "/api/apikey/login"
    ? { org_info: [{ id: "1", name: "bench", api_url: url, proxy_url: url }] }
    : {};
}

function take(
  wire: Buffer,
  headers: { readonly [name: string]: string | string[] | undefined },
  path: string,
): void {
  bytes += wire.length;
  const body = headers["content-encoding"] === "gzip" ? gunzipSync(wire) : wire;
  if (headers["content-type"] === "application/x-protobuf") {
    if (!path.endsWith("/v1/traces")) return;
    skimmer.traces(body, ({ bytes, spanIdAt }) => {
      spans.add(Buffer.from(bytes.subarray(spanIdAt, spanIdAt + 8)).toString("hex"));
    });
    return;
  }
  const pattern = otherWires.find(([end]) => path.endsWith(end))?.[1];
  if (pattern === undefined) return;
  for (const id of body.toString().matchAll(pattern)) spans.add(id[1]!);
}

/** How spans are told apart on wires that are not OTLP protobuf: by what their path ends in. */
const otherWires: readonly (readonly [end: string, id: RegExp])[] = [
  ["/v1/traces", /"spanId":"([^"]+)"/g],
  ["/logs3", /"span_id":"([^"]+)"/g],
  ["/runs/multipart", /name="post\.([0-9a-f-]+)"/g],
];

function listen(port: number): void {
  server.listen(port, "127.0.0.1", () => process.send?.((server.address() as AddressInfo).port));
}

let port = 0;
process.on("message", (next: Mood) => {
  if (next === "away") {
    port = (server.address() as AddressInfo).port;
    server.close();
    server.closeAllConnections();
  } else if (mood === "away") listen(port);
  mood = next;
});
process.on("disconnect", () => process.exit());
listen(0);
