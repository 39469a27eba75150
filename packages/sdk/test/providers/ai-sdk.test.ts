import { createOpenAI } from "@ai-sdk/openai";
import { generateText, isStepCount, jsonSchema, streamText, tool } from "ai";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";

import { action, budgets, configure, session, use } from "@throughline/sdk";
import { instrument, ProviderSpanProcessor } from "@throughline/sdk/providers";

import { startFakeModel, type FakeModel } from "../../../../test/support/fake-model.ts";
import { host, type Host } from "../support/host.ts";
import { findings } from "../support/verdict.ts";

let app: Host;
let fake: FakeModel;
let id: string;
let unplug: (() => void) | undefined;
beforeAll(async () => {
  fake = await startFakeModel();
  await instrument({ aiSdk: true });
});
afterAll(() => fake[Symbol.asyncDispose]());
beforeEach(() => {
  app = host({ spanProcessors: [new ProviderSpanProcessor()] });
  id = crypto.randomUUID();
});
afterEach(async () => {
  unplug?.();
  unplug = undefined;
  configure({ capture: "off" });
  await app.stop();
});

const shell = tool({
  description: "runs a command",
  inputSchema: jsonSchema<{ command: string }>({
    type: "object",
    properties: { command: { type: "string" } },
    required: ["command"],
  }),
  execute: ({ command }) => action({ name: "inside the tool" }, () => `ran ${command}`),
});

function settings() {
  const model = createOpenAI({ apiKey: "none", baseURL: `${fake.url}/v1` })("gpt-5.4");
  return { model, prompt: "I'm Ann", tools: { shell }, stopWhen: isStepCount(3) };
}

test("an agent of the AI SDK stands whole in the session: calls, tools, and what tools do", async () => {
  const text = await session({ id, agent: "support" }, (s) =>
    s.turn(async () => (await generateText(settings())).text),
  );
  expect(text).toBe("Done: hi.");
  for (const { attributes } of app.spans()) expect(attributes["session.id"]).toBe(id);
  expect(app.span("execute_tool shell").attributes["session.id"]).toBe(id);
  // Steps hang below steps, whatever span of somebody else's is active.
  expect(app.span("action inside the tool").parentSpanContext?.spanId).toBe(
    app.span("invoke_agent support").spanContext().spanId,
  );
  expect(findings(app).filter((finding) => finding.includes("violation"))).toEqual([]);
});

test("its model calls are counted once, though the spans around them repeat the usage", async () => {
  unplug = use(budgets({ session: { tokens: 300 } }));
  const aborted = await session({ id }, (s) =>
    s.turn(async () => {
      const stream = streamText(settings());
      for await (const piece of stream.textStream) void piece;
      return s.signal.aborted;
    }),
  );
  const usage = app.spans().find(({ name }) => name.startsWith("invoke_agent gpt"));
  expect(usage?.attributes["gen_ai.usage.input_tokens"]).toBe(240);
  // Two calls of 150 tokens.
  expect(aborted).toBe(false);
});

test("content only where it is captured, though the AI SDK would tell", async () => {
  const ask = (): Promise<unknown> =>
    session({ id }, (s) => s.turn(() => generateText(settings())));
  await ask();
  const spans = JSON.stringify(app.spans().map(({ attributes, events }) => [attributes, events]));
  expect(spans).not.toMatch(/Ann|echo hi|Done: hi/);
  configure({ capture: "span" });
  await ask();
  expect(JSON.stringify(app.spans().map(({ attributes }) => attributes))).toMatch(/Ann.*echo hi/);
});
