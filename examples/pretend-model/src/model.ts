import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

interface Asked {
  readonly model?: string;
  readonly stream?: boolean;
  readonly messages?: readonly { readonly role: string }[];
  readonly tools?: readonly { readonly function: Tool }[];
}

interface Tool {
  readonly name: string;
  readonly parameters?: {
    readonly properties?: { readonly [name: string]: { readonly examples?: readonly unknown[] } };
  };
}

export interface PretendModel {
  /** For `OPENAI_BASE_URL`. */
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * Answers as a model would that uses every tool it is offered once, in the order of the offer and with the first of the
 * `examples` in its schema, and then has something to say.
 */
export async function pretendModel(port = 0): Promise<PretendModel> {
  let calls = 0;
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (text: string) => (body += text));
    request.on("end", () => {
      if (request.url?.endsWith("/chat/completions") !== true)
        return response.writeHead(404).end("{}");
      return answer(response, JSON.parse(body) as Asked, (calls += 1));
    });
  });
  await new Promise<void>((listening) => server.listen(port, "127.0.0.1", listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    async stop() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

function answer(response: ServerResponse, asked: Asked, number: number): void {
  const { messages = [], tools = [] } = asked;
  const sinceUser = messages.slice(messages.findLastIndex(({ role }) => role === "user"));
  const tool = tools[sinceUser.filter(({ role }) => role === "tool").length]?.function;
  const message =
    tool === undefined
      ? { role: "assistant", content: "That is done. Is there anything else?" }
      : { role: "assistant", content: null, tool_calls: [callOf(tool, number)] };
  response.writeHead(200, { "content-type": "application/json" });
  response.end(
    JSON.stringify({
      id: `chatcmpl-${number}`,
      object: "chat.completion",
      created: Math.floor(Date.now() / 1_000),
      model: asked.model ?? "pretend",
      choices: [{ index: 0, message, finish_reason: tool === undefined ? "stop" : "tool_calls" }],
      usage: {
        prompt_tokens: 100 + 20 * messages.length,
        completion_tokens: 25,
        total_tokens: 125,
      },
    }),
  );
}

function callOf({ name, parameters }: Tool, number: number): object {
  const given = Object.entries(parameters?.properties ?? {}).map(([key, { examples = [] }]) => [
    key,
    examples[0],
  ]);
  const call = { name, arguments: JSON.stringify(Object.fromEntries(given)) };
  return { id: `call_${number}`, type: "function", function: call };
}
