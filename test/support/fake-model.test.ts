import { afterAll, describe, expect, it } from "vitest";
import { startFakeModel } from "./fake-model.ts";

const model = await startFakeModel();
afterAll(() => model[Symbol.asyncDispose]());

async function ask(path: string, body: object): Promise<string> {
  const response = await fetch(model.url + path, { method: "POST", body: JSON.stringify(body) });
  expect(response.status).toBe(200);
  return response.text();
}

/** The JSON of each `data:` line, or the whole answer when it is not a stream. */
function parts(answer: string): unknown[] {
  if (!answer.includes("data: ")) return [JSON.parse(answer)];
  const lines = answer.split("\n").filter((line) => line.startsWith("data: {"));
  return lines.map((line) => JSON.parse(line.slice(6)) as unknown);
}

const schema = {
  properties: { command: { type: "string" }, background: { type: "boolean" } },
  required: ["command", "background"],
};

interface Wire {
  readonly path: string;
  /** A first request, and the same with the tool's result in it. */
  readonly first: object;
  readonly second: object;
  readonly call: string;
  readonly tokens: readonly string[];
}

const wires: readonly (readonly [string, Wire])[] = [true, false].flatMap((stream) => {
  const how = stream ? "streamed" : "plain";
  const chat = {
    stream,
    model: "m",
    tools: [{ type: "function", function: { name: "run_shell_command", parameters: schema } }],
  };
  const responses = {
    stream,
    model: "m",
    tools: [{ type: "function", name: "shell", parameters: schema }],
  };
  const messages = { stream, model: "m", tools: [{ name: "Bash", input_schema: schema }] };
  const gemini = {
    tools: [
      { functionDeclarations: [{ name: "run_shell_command", parametersJsonSchema: schema }] },
    ],
  };
  return [
    [
      `OpenAI chat completions, ${how}`,
      {
        path: "/v1/chat/completions",
        first: { ...chat, messages: [{ role: "user", content: "hi" }] },
        second: { ...chat, messages: [{ role: "tool", content: "hi" }] },
        call: "run_shell_command",
        tokens: ['"prompt_tokens":120', '"cached_tokens":20', '"completion_tokens":30'],
      },
    ],
    [
      `OpenAI responses, ${how}`,
      {
        path: "/v1/responses",
        first: { ...responses, input: "hi" },
        second: { ...responses, input: [{ type: "function_call_output", output: "hi" }] },
        call: "shell",
        tokens: ['"input_tokens":120', '"cached_tokens":20', '"output_tokens":30'],
      },
    ],
    [
      `Anthropic messages, ${how}`,
      {
        path: "/v1/messages",
        first: { ...messages, messages: [{ role: "user", content: "hi" }] },
        second: { ...messages, messages: [{ role: "user", content: [{ type: "tool_result" }] }] },
        call: "Bash",
        tokens: ['"input_tokens":100', '"cache_read_input_tokens":20', '"output_tokens":30'],
      },
    ],
    [
      `Gemini, ${how}`,
      {
        path: `/v1beta/models/m:${stream ? "streamGenerateContent" : "generateContent"}`,
        first: { ...gemini, contents: [{ role: "user", parts: [{ text: "hi" }] }] },
        second: { ...gemini, contents: [{ role: "user", parts: [{ functionResponse: {} }] }] },
        call: "run_shell_command",
        tokens: [
          '"promptTokenCount":120',
          '"cachedContentTokenCount":20',
          '"candidatesTokenCount":30',
        ],
      },
    ],
  ] as const;
});

describe("the fake model", () => {
  it.each(wires)("%s: one call of the shell, then a text", async (_name, wire) => {
    const first = await ask(wire.path, wire.first);
    const called = JSON.stringify(parts(first)).replaceAll("\\", "");
    expect(called).toContain(`"name":"${wire.call}"`);
    expect(called).toContain('"command":"echo hi"');
    expect(called).toContain('"background":false');
    const second = await ask(wire.path, wire.second);
    expect(JSON.stringify(parts(second))).toContain("Done: hi.");
    for (const answer of [first, second])
      for (const count of wire.tokens) expect(answer).toContain(count);
  });

  it("answers with text when no shell is offered", async () => {
    const answer = await ask("/v1/chat/completions", {
      tools: [{ function: { name: "search" } }],
      messages: [],
    });
    expect(answer).toContain("Done: hi.");
  });

  it("counts tokens for Anthropic and offers no list of models", async () => {
    expect(await ask("/v1/messages/count_tokens", {})).toBe('{"input_tokens":120}');
    expect((await fetch(`${model.url}/v1/models`)).status).toBe(404);
    expect(model.requests).toContain("GET /v1/models");
  });
});
