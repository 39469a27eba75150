import Anthropic from "@anthropic-ai/sdk";
import { recordsOf } from "@throughline/core/record";
import { createVerifier } from "@throughline/core/verify";
import { afterAll, beforeAll, expect, test } from "vitest";

import { cost, session, use } from "@throughline/sdk";
import { instrument, ProviderSpanProcessor } from "@throughline/sdk/providers";
import { start } from "@throughline/sdk/start";

import { startFakeModel, type FakeModel } from "../../../../test/support/fake-model.ts";
import { Collector } from "../export/collector.ts";

let fake: FakeModel;
beforeAll(async () => {
  fake = await startFakeModel();
});
afterAll(() => fake[Symbol.asyncDispose]());

test("behind start() too: sessions, costs and the gate, on the wire", async () => {
  await using collector = await Collector.start();
  const telemetry = start({
    endpoint: collector.endpoint,
    spanProcessors: [new ProviderSpanProcessor()],
  });
  const unplug = use(cost({ price: () => 3 }));
  const { anthropic } = await instrument({
    anthropic: new Anthropic({ apiKey: "none", baseURL: fake.url }),
  });
  const id = crypto.randomUUID();
  await session({ id, agent: "a" }, (s) =>
    s.turn((turn) =>
      turn.llm({ provider: "anthropic", model: "claude-opus-5" }, async (call) => {
        const { usage } = await anthropic.messages.create({
          model: "claude-opus-5",
          max_tokens: 9,
          messages: [{ role: "user", content: "I'm Ann" }],
        });
        call.response({
          usage: { inputTokens: usage.input_tokens, outputTokens: usage.output_tokens },
        });
      }),
    ),
  );
  await telemetry.shutdown();
  unplug();

  const requests = collector.accepted.flatMap(({ traces, logs }) =>
    [traces ?? [], logs ?? []].flat(),
  );
  const verifier = createVerifier();
  const told = new Map<string, unknown>();
  for (const request of requests) {
    for (const record of recordsOf(request)) {
      verifier.add(record);
      if (record.kind === "log") continue;
      expect(record.attributes["session.id"]).toBe(id);
      const { "gen_ai.usage.input_tokens": input, "throughline.cost.amount": dollars } =
        record.attributes;
      told.set(record.name, { input, dollars });
    }
  }
  expect(Object.fromEntries(told)).toEqual({
    "session a": {},
    "invoke_agent a": {},
    "chat claude-opus-5": {},
    "anthropic.messages.create": { input: 120, dollars: 3 },
  });
  expect(verifier.finish().findings.filter(({ level }) => level === "violation")).toEqual([]);
});
