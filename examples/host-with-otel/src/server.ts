import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import { context, propagation, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";

type Answer = (request: IncomingMessage, url: URL) => Promise<string>;

const tracer = trace.getTracer("reports");

/** A web server as it was before: a span for each request, below the caller's. */
export async function serve(
  port: number,
  routes: { readonly [path: string]: Answer },
): Promise<{ url: string; stop(): Promise<void> }> {
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://localhost");
    const caller = propagation.extract(context.active(), request.headers);
    const name = `${request.method} ${url.pathname}`;
    void tracer.startActiveSpan(name, { kind: SpanKind.SERVER }, caller, async (span) => {
      const route = routes[url.pathname];
      try {
        if (route === undefined) response.writeHead(404);
        response.end(await route?.(request, url));
      } catch (error) {
        failed(response, error);
      } finally {
        span.setAttribute("http.response.status_code", response.statusCode);
        if (response.statusCode >= 500) {
          span.setStatus({ code: SpanStatusCode.ERROR });
          span.setAttribute("error.type", String(response.statusCode));
        }
        span.end();
      }
    });
  });
  await new Promise<void>((listening) => server.listen(port, "127.0.0.1", listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

function failed(response: ServerResponse, error: unknown): void {
  response.writeHead(500).end(error instanceof Error ? error.message : "");
}
