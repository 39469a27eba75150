import { createServer } from "node:http2";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";

import type * as Bedrock from "@aws-sdk/client-bedrock-runtime";
import { GoogleGenAI } from "@google/genai";
import OpenAI from "openai";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";

import { cost, session, use } from "@throughline/sdk";
import { instrument, modelFetch, ProviderSpanProcessor } from "@throughline/sdk/providers";

import { startFakeModel, type FakeModel } from "../../../../test/support/fake-model.ts";
import { host, type Host } from "../support/host.ts";
import { findings } from "../support/verdict.ts";

let app: Host;
let fake: FakeModel;
let id: string;
beforeAll(async () => {
  fake = await startFakeModel();
});
afterAll(() => fake[Symbol.asyncDispose]());
beforeEach(() => {
  app = host({ spanProcessors: [new ProviderSpanProcessor()] });
  id = crypto.randomUUID();
});
afterEach(() => app.stop());

const asked = { model: "gpt-5.4", messages: [{ role: "user" as const, content: "hi" }] };

test("clients of several providers, all in one session", async () => {
  const instrumented = await instrument({
    openai: new OpenAI({ apiKey: "none", baseURL: `${fake.url}/v1` }),
    googleGenAI: new GoogleGenAI({ apiKey: "none", httpOptions: { baseUrl: fake.url } }),
  });
  const { openai, googleGenAI } = instrumented;
  await session({ id }, (s) =>
    s.turn(() =>
      Promise.all([
        openai.chat.completions.create(asked),
        googleGenAI.models.generateContent({ model: "gemini-3-pro", contents: "hi" }),
      ]),
    ),
  );
  expect(app.span("chat gpt-5.4").attributes["session.id"]).toBe(id);
  expect(app.span("generate_content gemini-3-pro").attributes["session.id"]).toBe(id);
  expect(findings(app)).toEqual([]);
  instrumented.stop();
});

test("OpenTelemetry's instrumentation leaves openai 7 alone, so that a wrapped client is traced once (agentops#987)", async () => {
  const enabled = await instrument({ openai: true });
  const { OpenAI: Required } = createRequire(import.meta.url)("openai") as {
    OpenAI: typeof OpenAI;
  };
  const { openai } = await instrument({
    openai: new Required({ apiKey: "none", baseURL: `${fake.url}/v1` }),
  });
  await session({ id }, (s) => s.turn(() => openai.chat.completions.create(asked)));
  expect(app.spans().filter(({ name }) => name.startsWith("chat"))).toHaveLength(1);
  enabled.stop();
});

test("Bedrock, by the instrumentation of the AWS SDK", async () => {
  const unplug = use(
    cost({ price: ({ model }) => (model === "anthropic.claude-opus-5" ? 2 : undefined) }),
  );
  const enabled = await instrument({ bedrock: true });
  const { BedrockRuntimeClient, ConverseCommand } = createRequire(import.meta.url)(
    "@aws-sdk/client-bedrock-runtime",
  ) as typeof Bedrock;
  // This client speaks HTTP/2.
  const server = createServer((_request, response) => {
    response.setHeader("content-type", "application/json");
    response.end(
      JSON.stringify({
        output: { message: { role: "assistant", content: [{ text: "Hello Ann" }] } },
        stopReason: "end_turn",
        usage: { inputTokens: 11, outputTokens: 3, totalTokens: 14 },
        metrics: { latencyMs: 1 },
      }),
    );
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const client = new BedrockRuntimeClient({
    region: "eu-central-1",
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    credentials: { accessKeyId: "none", secretAccessKey: "none" },
  });
  await session({ id }, (s) =>
    s.turn(() =>
      client.send(
        new ConverseCommand({
          modelId: "anthropic.claude-opus-5",
          messages: [{ role: "user", content: [{ text: "I'm Ann" }] }],
        }),
      ),
    ),
  );
  const call = app.span("chat anthropic.claude-opus-5");
  expect(call.attributes).toMatchObject({
    "session.id": id,
    "gen_ai.usage.input_tokens": 11,
    "throughline.cost.amount": 2,
  });
  expect(JSON.stringify(call.attributes)).not.toContain("Ann");
  expect(findings(app).filter((finding) => finding.includes("violation"))).toEqual([]);
  unplug();
  enabled.stop();
  client.destroy();
  await new Promise((closed) => server.close(closed));
});

test("any client that takes a fetch", async () => {
  const post = modelFetch({ provider: "groq" });
  const body = JSON.stringify(asked);
  await session({ id }, (s) =>
    s.turn(() => post(`${fake.url}/v1/chat/completions`, { method: "POST", body })),
  );
  expect(app.span("chat gpt-5.4").attributes).toMatchObject({
    "gen_ai.provider.name": "groq",
    "gen_ai.usage.output_tokens": 30,
  });
});

test("an Anthropic client too old for spans of its own is said, and works", async () => {
  const old = { messages: {} };
  expect((await instrument({ anthropic: old })).anthropic).toBe(old);
  expect(app.said.join()).toContain("0.134");
});
