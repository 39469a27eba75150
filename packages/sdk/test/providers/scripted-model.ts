import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What a request is answered with; the next ones in the order in which requests come. */
export type Reply = (
  response: ServerResponse,
  asked: { readonly [key: string]: unknown },
) => unknown;

export interface ScriptedModel {
  readonly url: string;
  /** The bodies of the requests so far. */
  readonly asked: readonly { readonly [key: string]: unknown }[];
  readonly headers: readonly IncomingMessage["headers"][];
  /** Answers to come. The last one is given again and again. */
  script(...replies: readonly Reply[]): void;
  stop(): Promise<void>;
}

/** A model on loopback that does what the test wants: fails, dawdles, breaks off. */
export async function scriptedModel(): Promise<ScriptedModel> {
  const asked: { [key: string]: unknown }[] = [];
  const headers: IncomingMessage["headers"][] = [];
  let replies: readonly Reply[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = JSON.parse(Buffer.concat(chunks).toString() || "{}") as {
        [key: string]: unknown;
      };
      asked.push(body);
      headers.push(request.headers);
      const [reply = status(500), ...others] = replies;
      if (others.length > 0) replies = others;
      reply(response, body);
    });
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    headers,
    script(...next) {
      replies = next;
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

export function json(body: object): Reply {
  return (response) => {
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify(body));
  };
}

export function status(code: number): Reply {
  return (response) => {
    // "retry-after-ms": the client's own waiting time would be half a second.
    response.writeHead(code, { "content-type": "application/json", "retry-after-ms": "1" });
    response.end(JSON.stringify({ error: { message: `no: ${code}`, code } }));
  };
}

/** Server-sent events; `open` leaves the answer unfinished. */
export function events(data: readonly (object | string)[], { open = false } = {}): Reply {
  return (response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    for (const event of data) {
      response.write(`data: ${typeof event === "string" ? event : JSON.stringify(event)}\n\n`);
    }
    if (!open) response.end();
  };
}

export const silence: Reply = () => {};

export const chatAnswer = {
  id: "chatcmpl-1",
  object: "chat.completion",
  created: 1,
  model: "gpt-5.4-2026-01-01",
  choices: [{ index: 0, message: { role: "assistant", content: "Hello." }, finish_reason: "stop" }],
  usage: {
    prompt_tokens: 120,
    completion_tokens: 30,
    total_tokens: 150,
    prompt_tokens_details: { cached_tokens: 20 },
    completion_tokens_details: { reasoning_tokens: 10 },
  },
};

function chunk(delta: object, finish: string | null = null): object {
  const { id, model } = chatAnswer;
  const choices = [{ index: 0, delta, finish_reason: finish }];
  return { id, model, object: "chat.completion.chunk", created: 1, choices };
}

export const chatChunks: readonly object[] = [
  chunk({ role: "assistant", content: "Hel" }),
  chunk({ content: "lo. é" }),
  chunk({}, "stop"),
];

/** Sent only to who asked for it, as OpenAI does. */
export const chatStream: Reply = (response, asked) => {
  const options = asked["stream_options"] as { include_usage?: boolean } | undefined;
  const { id, model, usage } = chatAnswer;
  const last = { id, model, object: "chat.completion.chunk", created: 1, choices: [], usage };
  events([...chatChunks, ...(options?.include_usage === true ? [last] : []), "[DONE]"])(
    response,
    asked,
  );
};

/** Everything a stream has to say. */
export async function all<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of stream) items.push(item);
  return items;
}
