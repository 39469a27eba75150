import { createServer, type IncomingMessage } from "node:http";

/** One OTLP endpoint before two engines: spans to one, log records to the other, as a Collector would have it. */
export interface Splitter {
  readonly url: string;
  close(): Promise<void>;
}

export async function startSplitter(traces: string, logs: string): Promise<Splitter> {
  const server = createServer((request, response) => {
    const to = request.url === "/v1/traces" ? `${traces}/v1/traces` : `${logs}/v1/logs`;
    void (async () => {
      const body = await wholeBody(request);
      const headers = { "content-type": request.headers["content-type"] ?? "" };
      const answer = await fetch(to, { method: "POST", headers, body });
      response.writeHead(answer.status).end(new Uint8Array(await answer.arrayBuffer()));
    })().catch((error: unknown) => response.writeHead(502).end(String(error)));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

async function wholeBody(request: IncomingMessage): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array[] = [];
  for await (const part of request) if (part instanceof Uint8Array) parts.push(part);
  return new Uint8Array(Buffer.concat(parts));
}
