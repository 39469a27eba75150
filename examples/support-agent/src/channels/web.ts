import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { extract } from "@throughline/sdk";

import { answer } from "../agent.ts";

/** `POST /chat {"thread": "...", "text": "..."}`: each thread is a session, and each message a turn of it. */
export async function web(port: number): Promise<{ url: string; stop(): Promise<void> }> {
  const server = createServer(async (request, response) => {
    const { thread, text } = JSON.parse(await textOf(request)) as { thread: string; text: string };
    // A service of ours that calls goes on with its session; a customer's thread has one of its own.
    const caller = extract.headers(request.headers, { from: request.socket.remoteAddress });
    const options = {
      id: `web-${thread}`,
      agent: "support",
      channel: { type: "http", id: "chat" },
    };
    try {
      const reply = await caller.session(options, (s) => answer(s, text));
      response.end(JSON.stringify({ reply }));
    } catch {
      response.writeHead(500).end(JSON.stringify({ reply: "Something went wrong, sorry." }));
    }
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

async function textOf(request: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
