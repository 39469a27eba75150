import Anthropic from "@anthropic-ai/sdk";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";

import { budgets, configure, cost, session, use, type Turn } from "@throughline/sdk";
import { instrument, ProviderSpanProcessor } from "@throughline/sdk/providers";

import { startFakeModel, type FakeModel } from "../../../../test/support/fake-model.ts";
import { host, type Host } from "../support/host.ts";
import { findings } from "../support/verdict.ts";
import { all } from "./scripted-model.ts";

let app: Host;
let fake: FakeModel;
let id: string;
const plugged: (() => void)[] = [];
beforeAll(async () => {
  fake = await startFakeModel();
});
afterAll(() => fake[Symbol.asyncDispose]());
beforeEach(() => {
  app = host({ spanProcessors: [new ProviderSpanProcessor()] });
  id = crypto.randomUUID();
});
afterEach(async () => {
  for (const unplug of plugged.splice(0)) unplug();
  configure({ capture: "off" });
  await app.stop();
});

const asked = {
  model: "claude-opus-5",
  max_tokens: 100,
  messages: [{ role: "user" as const, content: "I'm Ann" }],
};

async function clientOf(): Promise<Anthropic> {
  const client = new Anthropic({ apiKey: "none", baseURL: fake.url });
  return (await instrument({ anthropic: client })).anthropic;
}

function inTurn<T>(fn: (turn: Turn) => Promise<T>): Promise<T> {
  return session({ id, agent: "support" }, (s) => s.turn(fn));
}

test.each([false, true])(
  "the client's own span stands in the session, streamed: %s",
  async (stream) => {
    const client = await clientOf();
    await inTurn(async () => {
      if (stream) await all(await client.messages.create({ ...asked, stream: true }));
      else await client.messages.create(asked);
    });
    const call = app
      .spans()
      .find(({ instrumentationScope: { name } }) => name.startsWith("com.anthropic"));
    expect(call?.attributes).toMatchObject({
      "session.id": id,
      "throughline.turn.index": 0,
      "gen_ai.provider.name": "anthropic",
      "gen_ai.request.model": "claude-opus-5",
      "gen_ai.usage.input_tokens": 120,
    });
    expect(findings(app)).toEqual([]);
  },
);

test("cost stands on it, and budgets count it", async () => {
  plugged.push(
    use(
      cost({
        price: ({ provider, model }) =>
          provider === "anthropic" && model === "claude-opus-5" ? 3 : undefined,
      }),
    ),
  );
  plugged.push(use(budgets({ session: { usd: 5, tokens: 1_000 } })));
  const client = await clientOf();
  const ask = (): Promise<unknown> => inTurn(() => client.messages.create(asked));
  await ask();
  const s = session({ id });
  expect(s.signal.aborted).toBe(false);
  await ask();
  expect(s.signal.reason).toMatchObject({ kind: "usd", spent: 6 });
  const costs = app
    .spans()
    .flatMap(({ attributes }) => attributes["throughline.cost.amount"] ?? []);
  expect(costs).toEqual([3, 3]);
  const marked = app
    .spans()
    .filter(({ attributes }) => attributes["throughline.budget.kind"] === "usd");
  expect(marked.map(({ instrumentationScope: { name } }) => name)).toEqual([
    "com.anthropic.sdk.typescript",
  ]);
  expect(findings(app)).toEqual([]);
});

test("within a call of the program's own, usage and cost stand on the innermost span (C16)", async () => {
  plugged.push(use(cost({ price: () => 1 })));
  plugged.push(use(budgets({ session: { tokens: 160 } })));
  const client = await clientOf();
  await inTurn((turn) =>
    turn.llm({ provider: "anthropic", model: "claude-opus-5" }, async (call) => {
      const answer = await client.messages.create(asked);
      call.response({ id: answer.id, usage: { inputTokens: 120, outputTokens: 30 } });
    }),
  );
  const outer = app.span("chat claude-opus-5").attributes;
  expect(outer["gen_ai.response.id"]).toBeDefined();
  expect(Object.keys(outer).filter((key) => /usage|cost/.test(key))).toEqual([]);
  // Counted twice, 300 tokens would have been too many.
  expect(session({ id }).signal.aborted).toBe(false);
  expect(findings(app).filter((finding) => finding.startsWith("C16"))).toEqual([]);
});

test("content only where it is captured", async () => {
  await inTurn(async () => (await clientOf()).messages.create(asked));
  expect(JSON.stringify(app.spans().map(({ attributes }) => attributes))).not.toContain("Ann");
  configure({ capture: "span" });
  await inTurn(async () => (await clientOf()).messages.create(asked));
  expect(JSON.stringify(app.spans().map(({ attributes }) => attributes))).toContain("I'm Ann");
});
