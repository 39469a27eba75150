import { ApiError, GoogleGenAI } from "@google/genai";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";

import { configure, session, type Turn } from "@throughline/sdk";
import { wrap } from "@throughline/sdk/providers";

import { startFakeModel, type FakeModel } from "../../../../test/support/fake-model.ts";
import { host, type Host } from "../support/host.ts";
import { findings } from "../support/verdict.ts";
import { all, events, json, scriptedModel, status, type ScriptedModel } from "./scripted-model.ts";

let app: Host;
let model: ScriptedModel;
let fake: FakeModel;
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
});
afterEach(async () => {
  configure({ capture: "off" });
  await app.stop();
});

function clientOf(baseUrl: string, retries?: number): GoogleGenAI {
  const retryOptions = { attempts: retries ?? 1, initialDelay: 0.001, maxDelay: 0.002 };
  const httpOptions = { baseUrl, ...(retries !== undefined && { retryOptions }) };
  return wrap(new GoogleGenAI({ apiKey: "none", httpOptions }));
}

function inTurn<T>(fn: (turn: Turn) => Promise<T>): Promise<T> {
  return session({ id, agent: "support" }, (s) => s.turn(fn));
}

const calls = (): ReturnType<Host["spans"]> =>
  app.spans().filter(({ attributes }) => attributes["throughline.step"] === "llm");

test.each([false, true])("content is generated in a step, streamed: %s", async (streamed) => {
  const { models } = clientOf(fake.url);
  const asked = {
    model: "gemini-3-pro",
    contents: "hi",
    config: { maxOutputTokens: 9, temperature: 0.5 },
  };
  await inTurn(async () => {
    if (streamed) await all(await models.generateContentStream(asked));
    else expect((await models.generateContent(asked)).text).toBe("Done: hi.");
  });
  expect(app.span("generate_content gemini-3-pro").attributes).toMatchObject({
    "session.id": id,
    "throughline.llm.attempt": 1,
    "throughline.outcome": "ok",
    "gen_ai.operation.name": "generate_content",
    "gen_ai.provider.name": "gcp.gemini",
    "gen_ai.request.max_tokens": 9,
    "gen_ai.request.temperature": 0.5,
    "gen_ai.response.model": "gemini-3-pro",
    "gen_ai.response.finish_reasons": ["STOP"],
    "gen_ai.usage.input_tokens": 120,
    "gen_ai.usage.output_tokens": 30,
    "gen_ai.usage.cache_read.input_tokens": 20,
  });
  expect(findings(app)).toEqual([]);
});

test("a chat makes its calls through the same client", async () => {
  const chat = clientOf(fake.url).chats.create({ model: "gemini-3-pro" });
  await inTurn(() => chat.sendMessage({ message: "hi" }));
  await inTurn(async () => all(await chat.sendMessageStream({ message: "again" })));
  expect(calls()).toHaveLength(2);
  expect(findings(app)).toEqual([]);
});

test("thoughts are part of the output, what tools brought in part of the input", async () => {
  model.script(
    json({
      candidates: [{ content: { role: "model", parts: [{ text: "Hi" }] }, finishReason: "STOP" }],
      usageMetadata: {
        promptTokenCount: 100,
        toolUsePromptTokenCount: 7,
        candidatesTokenCount: 5,
        thoughtsTokenCount: 40,
      },
    }),
  );
  await inTurn(() => clientOf(model.url).models.generateContent({ model: "m", contents: "hi" }));
  expect(calls()[0]?.attributes).toMatchObject({
    "gen_ai.usage.input_tokens": 107,
    "gen_ai.usage.output_tokens": 45,
    "gen_ai.usage.reasoning.output_tokens": 40,
  });
});

test("each attempt is a span", async () => {
  model.script(status(503), status(429), json({ candidates: [] }));
  await inTurn(() => clientOf(model.url, 3).models.generateContent({ model: "m", contents: "hi" }));
  expect(
    calls().map(({ attributes }) => [
      attributes["throughline.llm.attempt"],
      attributes["throughline.llm.retry_reason"],
      attributes["error.type"],
    ]),
  ).toEqual([
    [1, undefined, "InternalServerError"],
    [2, "503", "RateLimitError"],
    [3, "429", undefined],
  ]);
  // A call of its own counts from one again.
  model.script(status(400));
  const refused = inTurn(() =>
    clientOf(model.url).models.generateContent({ model: "m", contents: "hi" }),
  );
  await expect(refused).rejects.toThrow(ApiError);
  expect(calls().at(-1)?.attributes).toMatchObject({
    "throughline.llm.attempt": 1,
    "error.type": "BadRequestError",
  });
});

test("an abort is a cancellation", async () => {
  model.script(
    events([{ candidates: [{ content: { role: "model", parts: [{ text: "Hi" }] } }] }], {
      open: true,
    }),
  );
  const controller = new AbortController();
  const asked = { model: "m", contents: "hi", config: { abortSignal: controller.signal } };
  await inTurn(async () => {
    const stream = await clientOf(model.url).models.generateContentStream(asked);
    await expect(
      (async () => {
        for await (const piece of stream) if (piece.text === "Hi") controller.abort();
      })(),
    ).rejects.toThrow();
  });
  expect(calls()[0]?.attributes["throughline.outcome"]).toBe("cancelled");
});

test("content only where it is captured, in the shape of the conventions, whole however it was cut", async () => {
  const chunk = (text: string): object => ({
    candidates: [{ content: { role: "model", parts: [{ text }] } }],
  });
  model.script(events([chunk("Hel"), chunk("lo"), chunk(" Ann")]));
  const asked = { model: "m", contents: "I'm Ann", config: { systemInstruction: "be kind" } };
  const ask = (): Promise<unknown> =>
    inTurn(async () => all(await clientOf(model.url).models.generateContentStream(asked)));
  await ask();
  expect(JSON.stringify(calls()[0]?.attributes)).not.toMatch(/Ann|kind/);

  configure({ capture: "span" });
  await ask();
  const { attributes } = calls()[1] ?? {};
  expect(JSON.parse(String(attributes?.["gen_ai.input.messages"]))).toEqual([
    { role: "user", parts: [{ type: "text", content: "I'm Ann" }] },
  ]);
  expect(JSON.parse(String(attributes?.["gen_ai.output.messages"]))).toEqual([
    { role: "model", parts: [{ type: "text", content: "Hello Ann" }] },
  ]);
  expect(attributes?.["gen_ai.system_instructions"]).toContain("be kind");
});
