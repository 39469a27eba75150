/**
 * A model server on loopback for agents under test: real HTTP, no intelligence.
 *
 * The first request that offers a shell tool and holds no tool result yet is answered with one call of that tool
 * (`echo hi`), every other request with the text "Done: hi.". Usage in every answer: 120 input tokens, 20 of them read from a
 * cache, and 30 output tokens.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { anthropicMessages } from "./fake-model/anthropic.ts";
import { geminiContent } from "./fake-model/gemini.ts";
import { openaiChat } from "./fake-model/openai-chat.ts";
import { openaiResponses } from "./fake-model/openai-responses.ts";
import { isObject, type Answer, type Protocol, type ToolOffer } from "./fake-model/protocol.ts";

export interface FakeModel extends AsyncDisposable {
  /** `http://127.0.0.1:PORT`, without a path: the protocols' own paths follow (`/v1/messages`, `/v1/chat/completions` ...). */
  readonly url: string;
  /** What was asked so far: `POST /v1/messages` and its like. */
  readonly requests: readonly string[];
}

const protocols: readonly Protocol[] = [
  openaiChat,
  openaiResponses,
  anthropicMessages,
  geminiContent,
];

export async function startFakeModel(): Promise<FakeModel> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? "/", "http://localhost").pathname;
    requests.push(`${request.method} ${path}`);
    answer(request, response, path, requests.length).catch((error: unknown) => {
      if (!response.headersSent) response.writeHead(500);
      response.end(String(error));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  number: number,
): Promise<void> {
  const protocol = protocols.find((one) => one.path.test(path));
  if (request.method !== "POST" || protocol === undefined) {
    // Agents probe for model lists and features; none is offered.
    response.writeHead(request.method === "HEAD" ? 200 : 404, {
      "content-type": "application/json",
    });
    response.end(request.method === "HEAD" ? undefined : "{}");
    return;
  }
  const body: unknown = JSON.parse(await readText(request));
  const asked = isObject(body) ? body : {};
  const shell = protocol.offers(asked).find(({ name }) => shellTools.has(name));
  const reply: Answer =
    shell === undefined || protocol.holdsResult(asked)
      ? { number, text: "Done: hi." }
      : { number, call: { name: shell.name, arguments: shellArguments(shell) } };
  protocol.send(response, asked, reply, path);
}

const shellTools: ReadonlySet<string> = new Set([
  "Bash",
  "bash",
  "exec_command",
  "run_shell_command",
  "shell",
  "shell_command",
]);

/** `echo hi` under the name the tool's schema has for it, and something harmless for whatever else it requires. */
function shellArguments({ schema }: ToolOffer): Record<string, unknown> {
  const properties = isObject(schema.properties) ? schema.properties : {};
  const required = Array.isArray(schema.required) ? schema.required.map(String) : [];
  const filled: Record<string, unknown> = {};
  for (const key of required) {
    const type = isObject(properties[key]) ? properties[key].type : undefined;
    filled[key] = type === "boolean" ? false : type === "number" ? 0 : "say hi";
  }
  const key = "cmd" in properties ? "cmd" : "command";
  const wanted = properties[key];
  const isList = isObject(wanted) && wanted.type === "array";
  return { ...filled, [key]: isList ? ["bash", "-lc", "echo hi"] : "echo hi" };
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}
