import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { gunzipSync } from "node:zlib";
import {
  decodeLogs,
  decodeMetrics,
  decodeTraces,
  logsToJson,
  metricsToJson,
  tracesToJson,
} from "@throughline/core/otlp";
import type { Json } from "./scrub.ts";

export type Signal = "traces" | "logs" | "metrics";

export interface Arrival {
  readonly signal: Signal;
  readonly contentType: string;
  readonly bytes: Uint8Array;
}

export interface Recorder extends AsyncDisposable {
  readonly url: string;
  readonly arrivals: readonly Arrival[];
}

/** Takes OTLP over HTTP, says yes to everything and keeps the bytes in the order in which they came. */
export async function startRecorder(): Promise<Recorder> {
  const arrivals: Arrival[] = [];
  const server = createServer((request, response) => {
    answer(request, arrivals).then(
      (status) => response.writeHead(status, { "content-type": "application/json" }).end("{}"),
      (error: unknown) => response.writeHead(400).end(String(error)),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    arrivals,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function answer(request: IncomingMessage, arrivals: Arrival[]): Promise<number> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const sent = Buffer.concat(chunks);
  const signal = /\/v1\/(traces|logs|metrics)$/.exec(request.url ?? "")?.[1];
  if (signal !== "traces" && signal !== "logs" && signal !== "metrics") return 404;
  arrivals.push({
    signal,
    contentType: request.headers["content-type"] ?? "",
    bytes: request.headers["content-encoding"] === "gzip" ? gunzipSync(sent) : sent,
  });
  return 200;
}

/** The request as OTLP/JSON, whatever encoding it came in. */
export function readArrival({ bytes, contentType, signal }: Arrival): Json {
  if (contentType.includes("json")) return JSON.parse(new TextDecoder().decode(bytes)) as Json;
  if (signal === "traces") return tracesToJson(decodeTraces(bytes)) as Json;
  if (signal === "logs") return logsToJson(decodeLogs(bytes)) as Json;
  return metricsToJson(decodeMetrics(bytes)) as Json;
}
