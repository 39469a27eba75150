import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { gunzipSync } from "node:zlib";

import { decodeLogs, decodeTraces } from "@throughline/core/otlp";
import { recordsOf, type TelemetryRecord } from "@throughline/core/record";
import { createVerifier, everyDialect } from "@throughline/core/verify";

export interface OtlpRecorder extends AsyncDisposable {
  /** For OTEL_EXPORTER_OTLP_ENDPOINT. */
  readonly url: string;
  readonly records: readonly TelemetryRecord[];
}

/** Takes OTLP/HTTP in protobuf, keeps the records and passes the bytes on to a backend, whose answer is the answer. */
export async function startOtlpRecorder(backend: string): Promise<OtlpRecorder> {
  const records: TelemetryRecord[] = [];
  const server = createServer((request, response) => {
    void (async () => {
      const body = await bytesOf(request);
      const path = request.url ?? "";
      const plain = request.headers["content-encoding"] === "gzip" ? gunzipSync(body) : body;
      if (path.endsWith("/v1/traces")) records.push(...recordsOf(decodeTraces(plain)));
      if (path.endsWith("/v1/logs")) records.push(...recordsOf(decodeLogs(plain)));
      const headers = Object.entries(request.headers).filter(([name]) =>
        name.startsWith("content-"),
      );
      const answer = await fetch(`${backend}${path}`, {
        method: "POST",
        headers: Object.fromEntries(headers.map(([name, value]) => [name, String(value)])),
        body,
      });
      response.writeHead(answer.status, {
        "content-type": answer.headers.get("content-type") ?? "",
      });
      response.end(Buffer.from(await answer.arrayBuffer()));
    })().catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    records,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

async function bytesOf(request: IncomingMessage): Promise<Buffer<ArrayBuffer>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** What the verifier has against the records, information aside. */
export function findingsIn(records: readonly TelemetryRecord[]): readonly string[] {
  const verifier = createVerifier(everyDialect());
  for (const record of records) verifier.add(record);
  return verifier
    .finish()
    .findings.filter(({ level }) => level !== "information")
    .map(
      ({ rule, level, name, message, count }) => `${rule} ${level} ${name} (${count}): ${message}`,
    );
}
