import {
  APIConnectionError,
  APIConnectionTimeoutError,
  APIUserAbortError,
  BadRequestError,
  OpenAI,
} from "openai";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";

import { configure, session, type Turn } from "@throughline/sdk";
import { wrap } from "@throughline/sdk/providers";

import { startFakeModel, type FakeModel } from "../../../../test/support/fake-model.ts";
import { host, type Host } from "../support/host.ts";
import { findings } from "../support/verdict.ts";
import {
  all,
  chatAnswer,
  chatChunks,
  chatStream,
  events,
  json,
  scriptedModel,
  silence,
  status,
  type ScriptedModel,
} from "./scripted-model.ts";

let app: Host;
let model: ScriptedModel;
let fake: FakeModel;
let client: OpenAI;
let id: string;
beforeAll(async () => {
  model = await scriptedModel();
  fake = await startFakeModel();
});
afterAll(async () => {
  await model.stop();
  await fake[Symbol.asyncDispose]();
});
beforeEach(() => {
  app = host();
  id = crypto.randomUUID();
  client = wrap(new OpenAI({ apiKey: "none", baseURL: `${model.url}/v1` }), { streamUsage: true });
});
afterEach(async () => {
  configure({ capture: "off" });
  await app.stop();
});

const hello = { model: "gpt-5.4", messages: [{ role: "user" as const, content: "Hi, I'm Ann" }] };

function inTurn<T>(fn: (turn: Turn) => Promise<T>): Promise<T> {
  return session({ id, agent: "support" }, (s) => s.turn(fn));
}

const calls = (): ReturnType<Host["spans"]> =>
  app.spans().filter(({ attributes }) => attributes["throughline.step"] === "llm");

const told = {
  "session.id": expect.any(String),
  "throughline.step": "llm",
  "throughline.llm.attempt": 1,
  "throughline.outcome": "ok",
  "gen_ai.operation.name": "chat",
  "gen_ai.provider.name": "openai",
  "gen_ai.request.model": "gpt-5.4",
  "gen_ai.response.id": "chatcmpl-1",
  "gen_ai.response.model": "gpt-5.4-2026-01-01",
  "gen_ai.response.finish_reasons": ["stop"],
  "gen_ai.usage.input_tokens": 120,
  "gen_ai.usage.output_tokens": 30,
  "gen_ai.usage.cache_read.input_tokens": 20,
  "gen_ai.usage.reasoning.output_tokens": 10,
  "server.address": "127.0.0.1",
};

describe("chat completions", () => {
  test("are a step of the turn they are made in, with what was asked and what was used", async () => {
    model.script(json(chatAnswer));
    const { answer, turn } = await inTurn(async (turn) => ({
      answer: await client.chat.completions.create({
        ...hello,
        max_completion_tokens: 99,
        top_p: 0.5,
      }),
      turn: turn.span?.spanContext().spanId,
    }));
    expect(answer.choices[0]?.message.content).toBe("Hello.");
    const [call] = calls();
    expect(call?.name).toBe("chat gpt-5.4");
    expect(call?.parentSpanContext?.spanId).toBe(turn);
    expect(call?.attributes).toMatchObject({
      ...told,
      "session.id": id,
      "gen_ai.request.max_tokens": 99,
      "gen_ai.request.top_p": 0.5,
    });
    expect(findings(app)).toEqual([]);
  });

  test("streamed: the span lasts as long as the stream and tells the usage, which the program does not see", async () => {
    model.script(chatStream);
    const chunks = await inTurn(async () => {
      const stream = await client.chat.completions.create({ ...hello, stream: true });
      expect(calls()).toEqual([]);
      return all(stream);
    });
    expect(chunks).toEqual(chatChunks);
    const [call] = calls();
    expect(call?.attributes).toMatchObject({
      ...told,
      "gen_ai.request.stream": true,
      "gen_ai.response.time_to_first_chunk": expect.any(Number),
    });
    expect(model.asked.at(-1)).toMatchObject({ stream_options: { include_usage: true } });
  });

  test("streamed to who asked for the usage: every chunk is there", async () => {
    model.script(chatStream);
    const options = { include_usage: true };
    const chunks = await inTurn(async () =>
      all(
        await client.chat.completions.create({ ...hello, stream: true, stream_options: options }),
      ),
    );
    expect(chunks).toHaveLength(chatChunks.length + 1);
    expect(calls()[0]?.attributes).toMatchObject(told);
  });

  test("streamed by a server that nobody knows: it is asked for nothing that the program did not ask", async () => {
    const careful = wrap(new OpenAI({ apiKey: "none", baseURL: `${model.url}/v1` }), {
      provider: "mine",
    });
    model.script(chatStream);
    await inTurn(async () =>
      all(await careful.chat.completions.create({ ...hello, stream: true })),
    );
    expect(model.asked.at(-1)).not.toHaveProperty("stream_options");
    expect(calls()[0]?.attributes).toMatchObject({
      "gen_ai.provider.name": "mine",
      "gen_ai.response.id": "chatcmpl-1",
      "throughline.outcome": "ok",
    });
  });

  test("the client's own helpers work and are traced: stream(), parse(), withResponse(), asResponse()", async () => {
    await inTurn(async () => {
      model.script(chatStream);
      const final = await client.chat.completions.stream(hello).finalContent();
      expect(final).toBe("Hello. é");
      model.script(json(chatAnswer));
      const parsed = await client.chat.completions.parse(hello);
      expect(parsed.choices[0]?.message.content).toBe("Hello.");
      const { data, response } = await client.chat.completions.create(hello).withResponse();
      expect([data.id, response.status]).toEqual(["chatcmpl-1", 200]);
      // Nobody reads the body of this one.
      expect((await client.chat.completions.create(hello).asResponse()).ok).toBe(true);
    });
    expect(calls().map(({ attributes }) => attributes["gen_ai.usage.input_tokens"])).toEqual([
      120, 120, 120, 120,
    ]);
  });

  test("100 sessions at once keep theirs apart", async () => {
    model.script(chatStream);
    const ids = Array.from({ length: 100 }, () => crypto.randomUUID());
    await Promise.all(
      ids.map((each) =>
        session({ id: each }, (s) =>
          s.turn(async () => {
            for await (const chunk of await client.chat.completions.create({
              ...hello,
              stream: true,
            }))
              void chunk;
          }),
        ),
      ),
    );
    expect(new Set(calls().map(({ attributes }) => attributes["session.id"]))).toEqual(
      new Set(ids),
    );
    expect(calls()).toHaveLength(ids.length);
    expect(findings(app)).toEqual([]);
  });
});

describe("what goes wrong", () => {
  test("each attempt is a span, with the reason for the next one", async () => {
    model.script(status(429), status(500), json(chatAnswer));
    await inTurn(() => client.chat.completions.create(hello));
    expect(
      calls().map(({ attributes }) => [
        attributes["throughline.llm.attempt"],
        attributes["throughline.llm.retry_reason"],
        attributes["throughline.outcome"],
        attributes["error.type"],
        attributes["http.response.status_code"],
      ]),
    ).toEqual([
      [1, undefined, "error", "RateLimitError", 429],
      [2, "429", "error", "InternalServerError", 500],
      [3, "500", "ok", undefined, undefined],
    ]);
    expect(findings(app)).toEqual([]);
  });

  test("a refusal is the client's error to the program and an error on the span", async () => {
    model.script(status(400));
    await expect(inTurn(() => client.chat.completions.create(hello))).rejects.toThrow(
      BadRequestError,
    );
    expect(calls()[0]?.attributes).toMatchObject({
      "error.type": "BadRequestError",
      "throughline.outcome": "error",
    });
  });

  test("no connection", async () => {
    const nowhere = wrap(
      new OpenAI({ apiKey: "none", baseURL: "http://127.0.0.1:1/v1", maxRetries: 1 }),
    );
    await expect(inTurn(() => nowhere.chat.completions.create(hello))).rejects.toThrow(
      APIConnectionError,
    );
    expect(calls().map(({ attributes }) => attributes["throughline.llm.attempt"])).toEqual([1, 2]);
    expect(calls()[1]?.attributes["throughline.llm.retry_reason"]).toBe("TypeError");
  });

  test("a client that waited for long enough made an error, not a change of mind", async () => {
    model.script(silence);
    const hasty = client.withOptions({ timeout: 1_000, maxRetries: 0 });
    await expect(inTurn(() => wrap(hasty).chat.completions.create(hello))).rejects.toThrow(
      APIConnectionTimeoutError,
    );
    expect(calls()[0]?.attributes).toMatchObject({
      "throughline.outcome": "error",
      "error.type": "APIConnectionTimeoutError",
    });
  });

  test("an abort while waiting, and one in the middle of a stream, are cancellations", async () => {
    const controller = new AbortController();
    model.script(silence);
    const waiting = inTurn(() =>
      client.chat.completions.create(hello, { signal: controller.signal }),
    );
    setTimeout(() => controller.abort(), 20);
    await expect(waiting).rejects.toThrow(APIUserAbortError);

    model.script(events(chatChunks, { open: true }));
    await inTurn(async () => {
      const stream = await client.chat.completions.create({ ...hello, stream: true });
      for await (const chunk of stream)
        if (chunk.choices[0]?.finish_reason === "stop") stream.controller.abort();
    });
    expect(
      calls().map(({ attributes, status: { code } }) => [attributes["throughline.outcome"], code]),
    ).toEqual([
      ["cancelled", 0],
      ["cancelled", 0],
    ]);
    expect(calls()[1]?.attributes["gen_ai.response.id"]).toBe("chatcmpl-1");
    expect(findings(app).filter((finding) => !finding.startsWith("C08"))).toEqual([]);
  });

  test("breaking out of the loop ends the call", async () => {
    model.script(events(chatChunks, { open: true }));
    await inTurn(async () => {
      for await (const chunk of await client.chat.completions.create({ ...hello, stream: true })) {
        void chunk;
        break;
      }
    });
    await vi.waitFor(() => expect(calls()[0]?.attributes["throughline.outcome"]).toBe("cancelled"));
  });

  test("a connection that breaks off in a stream is an error", async () => {
    model.script((response, asked) => {
      events(chatChunks, { open: true })(response, asked);
      setTimeout(() => response.destroy(), 20);
    });
    await expect(
      inTurn(async () => all(await client.chat.completions.create({ ...hello, stream: true }))),
    ).rejects.toThrow();
    expect(calls()[0]?.attributes["throughline.outcome"]).toBe("error");
  });

  test("answers that are none change nothing for the program", async () => {
    model.script((response) => {
      response.writeHead(200, { "content-type": "application/json" });
      response.end("{ not json");
    });
    await expect(
      inTurn(() => client.chat.completions.create(hello, { maxRetries: 0 })),
    ).rejects.toThrow(SyntaxError);
    model.script(events(["garbage", "{]", chatChunks[0] ?? {}, "[DONE]"]));
    await expect(
      inTurn(async () => all(await client.chat.completions.create({ ...hello, stream: true }))),
    ).rejects.toThrow();
    expect(calls()).toHaveLength(2);
  });
});

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
