import { OpenAI } from "openai";
import { beforeEach, describe, expect, test } from "vitest";

import { configure } from "@throughline/sdk";
import { wrap } from "@throughline/sdk/providers";

import { findings } from "../support/verdict.ts";
import { app, beforeEachAClient, calls, client, fake, hello, inTurn, model } from "./openai.ts";
import { all, chatAnswer, json } from "./scripted-model.ts";

beforeEachAClient();

describe("against the fake model", () => {
  const tools = [
    {
      type: "function" as const,
      function: {
        name: "shell",
        parameters: {
          type: "object",
          properties: { command: { type: "string" } },
          required: ["command"],
        },
      },
    },
  ];
  let real: OpenAI;
  beforeEach(() => {
    real = wrap(new OpenAI({ apiKey: "none", baseURL: `${fake.url}/v1` }));
  });

  test.each([false, true])("responses, streamed: %s", async (stream) => {
    await inTurn(async () => {
      const asked = { model: "gpt-5.4", input: "hi", instructions: "be kind" };
      if (stream)
        for await (const event of await real.responses.create({ ...asked, stream: true }))
          void event;
      else await real.responses.create(asked);
    });
    expect(calls()[0]?.attributes).toMatchObject({
      "gen_ai.operation.name": "chat",
      "gen_ai.response.id": expect.stringMatching(/^resp_fake_/),
      "gen_ai.response.finish_reasons": ["completed"],
      "gen_ai.usage.input_tokens": 120,
      "gen_ai.usage.cache_read.input_tokens": 20,
      "gen_ai.usage.output_tokens": 30,
    });
    expect(findings(app)).toEqual([]);
  });

  test("nothing that was said stands on a span unless it is captured", async () => {
    await inTurn(async () => {
      await real.chat.completions.create({ ...hello, tools });
      await all(await real.chat.completions.create({ ...hello, tools, stream: true }));
      await real.responses.create({
        model: "gpt-5.4",
        input: "Hi, I'm Ann",
        instructions: "secret plan",
      });
    });
    expect(calls()).toHaveLength(3);
    expect(JSON.stringify(app.spans().map(({ attributes }) => attributes))).not.toMatch(
      /Ann|echo|secret/,
    );
  });

  test("captured, it stands there in the shape of the conventions", async () => {
    configure({ capture: "span" });
    await inTurn(async () => {
      await all(await real.chat.completions.create({ ...hello, tools, stream: true }));
      await real.chat.completions.create({ ...hello, tools });
      await real.responses.create({
        model: "gpt-5.4",
        input: "Hi",
        instructions: "be kind",
        tools: [
          {
            type: "function",
            name: "shell",
            strict: false,
            parameters: { type: "object", properties: { command: { type: "string" } } },
          },
        ],
      });
    });
    const [streamed, plain, response] = calls().map(({ attributes }) => attributes);
    const input = [{ role: "user", parts: [{ type: "text", content: "Hi, I'm Ann" }] }];
    const call = {
      type: "tool_call",
      id: expect.stringMatching(/^call_fake_/),
      name: "shell",
      arguments: { command: "echo hi" },
    };
    for (const attributes of [streamed, plain]) {
      expect(JSON.parse(String(attributes?.["gen_ai.input.messages"]))).toEqual(input);
      expect(JSON.parse(String(attributes?.["gen_ai.output.messages"]))).toEqual([
        { role: "assistant", parts: [call] },
      ]);
      expect(JSON.parse(String(attributes?.["gen_ai.tool.definitions"]))).toEqual(tools);
    }
    expect(JSON.parse(String(response?.["gen_ai.output.messages"]))).toEqual([
      { role: "assistant", parts: [call] },
    ]);
    expect(response?.["gen_ai.system_instructions"]).toBe('"be kind"');
  });
});

test("embeddings", async () => {
  model.script(
    json({
      object: "list",
      model: "e-1",
      data: [{ embedding: [1], index: 0 }],
      usage: { prompt_tokens: 5, total_tokens: 5 },
    }),
  );
  await inTurn(() =>
    client.embeddings.create({ model: "e-1", input: "x", encoding_format: "float" }),
  );
  expect(app.span("embeddings e-1").attributes).toMatchObject({ "gen_ai.usage.input_tokens": 5 });
});

test("within a call of the program's own, usage stands on the innermost span (C16)", async () => {
  model.script(json(chatAnswer));
  await inTurn((turn) =>
    turn.llm({ provider: "openai", model: "gpt-5.4" }, async (call) => {
      const answer = await client.chat.completions.create(hello);
      call.response({ model: answer.model, usage: { inputTokens: 120, outputTokens: 30 } });
    }),
  );
  expect(calls().map(({ attributes }) => attributes["gen_ai.usage.input_tokens"])).toEqual([
    120,
    undefined,
  ]);
  expect(findings(app).filter((finding) => finding.startsWith("C16"))).toEqual([]);
});

test("what is no model call goes its way, and so does a client that is none", async () => {
  model.script(json({ object: "list", data: [] }));
  await inTurn(() => client.models.list());
  expect(calls()).toEqual([]);
  const plain = { name: "no client" };
  expect(wrap(plain)).toBe(plain);
  expect(wrap(client)).toBe(client);
});
