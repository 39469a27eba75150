import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { gunzipSync } from "node:zlib";

import {
  decodeLogs,
  decodeTraces,
  type AnyValue,
  type KeyValue,
  type LogRecord,
  type LogsRequest,
  type Span,
  type TracesRequest,
} from "@throughline/core/otlp";

export interface Request {
  readonly at: number;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly traces: TracesRequest | undefined;
  readonly logs: LogsRequest | undefined;
}

export interface Response {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
}

/** `"drop"` closes the connection without an answer. */
export type Answers = (request: Request) => Response | "drop" | Promise<Response | "drop">;

/** A real OTLP/HTTP endpoint that keeps what it accepted (2xx) and answers as it is told. */
export class Collector implements AsyncDisposable {
  answer: Answers = () => ({ status: 200 });
  readonly requests: Request[] = [];
  readonly accepted: Request[] = [];
  #server: Server | undefined;
  #port = 0;

  static async start(): Promise<Collector> {
    const collector = new Collector();
    await collector.listen();
    return collector;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** On the port it had before, if it had one. */
  async listen(): Promise<void> {
    this.#server = createServer((incoming, outgoing) => {
      const parts: Buffer[] = [];
      incoming.on("data", (part: Buffer) => parts.push(part));
      incoming.on("end", () => {
        const wire = Buffer.concat(parts);
        const body = incoming.headers["content-encoding"] === "gzip" ? gunzipSync(wire) : wire;
        const path = incoming.url ?? "";
        const request = {
          at: performance.now(),
          path,
          headers: incoming.headers,
          traces: path.endsWith("/v1/traces") ? decodeTraces(body) : undefined,
          logs: path.endsWith("/v1/logs") ? decodeLogs(body) : undefined,
        };
        this.requests.push(request);
        void Promise.resolve(this.answer(request)).then((response) => {
          if (response === "drop") return incoming.socket.destroy();
          if (response.status < 300) this.accepted.push(request);
          outgoing.writeHead(response.status, response.headers);
          return outgoing.end(response.body);
        });
      });
    });
    await new Promise<void>((resolve) =>
      this.#server?.listen(this.#port, "127.0.0.1", () => resolve()),
    );
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  /** Nobody listens any more, and open connections break. */
  async stop(): Promise<void> {
    this.#server?.closeAllConnections();
    await new Promise((resolve) => this.#server?.close(resolve));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  get spans(): readonly Span[] {
    return this.accepted.flatMap(({ traces }) =>
      (traces?.resourceSpans ?? []).flatMap(({ scopeSpans }) =>
        scopeSpans.flatMap(({ spans }) => spans),
      ),
    );
  }

  get logs(): readonly LogRecord[] {
    return this.accepted.flatMap(({ logs }) =>
      (logs?.resourceLogs ?? []).flatMap(({ scopeLogs }) =>
        scopeLogs.flatMap(({ logRecords }) => logRecords),
      ),
    );
  }

  get spanNames(): readonly string[] {
    return this.spans.map(({ name }) => name);
  }
}

export function attributesOf(record: {
  readonly attributes: readonly KeyValue[];
}): Record<string, unknown> {
  const attributes: Record<string, unknown> = {};
  for (const { key, value } of record.attributes) attributes[key] = plain(value);
  return attributes;
}

export function plain(value: AnyValue | undefined): unknown {
  return value === undefined ? undefined : Object.values(value)[0];
}

/** Waits for a condition, not for a time. */
export async function until(condition: () => boolean, what: string): Promise<void> {
  const end = performance.now() + 20_000;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`never came: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
