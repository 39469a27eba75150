import { OpenAI } from "openai";
import { afterAll, afterEach, beforeAll, beforeEach, expect } from "vitest";

import { configure, session, type Turn } from "@throughline/sdk";
import { wrap } from "@throughline/sdk/providers";

import { startFakeModel, type FakeModel } from "../../../../test/support/fake-model.ts";
import { host, type Host } from "../support/host.ts";
import { scriptedModel, type ScriptedModel } from "./scripted-model.ts";

/** A wrapped client in a host of its own for each test; `model` says what it is told to, `fake` speaks all of OpenAI's API. */
export let app: Host;
export let model: ScriptedModel;
export let fake: FakeModel;
export let client: OpenAI;
export let id: string;

export function beforeEachAClient(): void {
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
    client = wrap(new OpenAI({ apiKey: "none", baseURL: `${model.url}/v1` }), {
      streamUsage: true,
    });
  });
  afterEach(async () => {
    configure({ capture: "off" });
    await app.stop();
  });
}

export const hello = {
  model: "gpt-5.4",
  messages: [{ role: "user" as const, content: "Hi, I'm Ann" }],
};

export function inTurn<T>(fn: (turn: Turn) => Promise<T>): Promise<T> {
  return session({ id, agent: "support" }, (s) => s.turn(fn));
}

export const calls = (): ReturnType<Host["spans"]> =>
  app.spans().filter(({ attributes }) => attributes["throughline.step"] === "llm");

export const told = {
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
