import { afterEach, beforeEach, expect, test } from "vitest";

import { cost, genAiPrices, health, session, use, type Plugin } from "@throughline/sdk";

import { host, type Host } from "../support/host.ts";
import { findings } from "../support/verdict.ts";

let app: Host;
let id: string;
const plugged: (() => void)[] = [];
const plug = (plugin: Plugin): void => void plugged.push(use(plugin));
beforeEach(() => {
  app = host();
  id = crypto.randomUUID();
});
afterEach(() => {
  for (const unplug of plugged.splice(0)) unplug();
  return app.stop();
});

const usage = { inputTokens: 1_000, outputTokens: 100, cacheReadTokens: 200 };

test("a model call says what it cost", () => {
  plug(cost({ price: ({ model }) => (model === "m-2026" ? 0.25 : undefined) }));
  session({ id }, (s) =>
    s.turn((turn) => {
      turn.llm({ provider: "p", model: "m" }, (call) => call.response({ model: "m-2026", usage }));
      turn.llm({ provider: "p", model: "other" }, (call) => call.response({ usage }));
      turn.llm({ provider: "p", model: "silent" }, () => {});
    }),
  );
  expect(app.span("chat m").attributes).toMatchObject({
    "throughline.cost.amount": 0.25,
    "throughline.cost.currency": "USD",
    "throughline.cost.source": "priced",
  });
  for (const name of ["chat other", "chat silent"]) {
    expect(app.span(name).attributes).not.toHaveProperty("throughline.cost.amount");
  }
  expect(findings(app).filter((finding) => finding.includes("C16"))).toEqual([]);
});

test("failed and cancelled calls cost what they used", () => {
  plug(cost({ price: () => 1 }));
  session({ id }, (s) => {
    s.startLlm({ provider: "p", model: "failed" }).response({ usage }).fail(new Error("cut"));
    s.startLlm({ provider: "p", model: "cancelled" }).response({ usage }).cancel();
  });
  for (const name of ["chat failed", "chat cancelled"]) {
    expect(app.span(name).attributes["throughline.cost.amount"]).toBe(1);
  }
});

test("of calls within calls the innermost has usage and cost, and no other (agentops#987)", () => {
  plug(cost({ price: () => 1 }));
  session({ id }, (s) =>
    s.turn((turn) =>
      turn.llm({ provider: "p", model: "outer" }, (outer) => {
        outer.llm({ provider: "p", model: "inner" }, (inner) => inner.response({ usage }));
        outer.response({ id: "r1", model: "outer-1", usage });
      }),
    ),
  );
  expect(app.span("chat inner").attributes).toMatchObject({
    "gen_ai.usage.input_tokens": 1_000,
    "throughline.cost.amount": 1,
  });
  const outer = app.span("chat outer").attributes;
  expect(outer["gen_ai.response.id"]).toBe("r1");
  expect(Object.keys(outer).filter((key) => /usage|cost/.test(key))).toEqual([]);
  expect(findings(app).filter((finding) => finding.includes("C16"))).toEqual([]);
});

test("prices that are none are not written, a price list that throws breaks nothing", () => {
  const prices = [Number.NaN, -1, Number.POSITIVE_INFINITY];
  plug(
    cost({
      price: () => {
        const price = prices.pop();
        if (price === undefined) throw new Error("no list");
        return price;
      },
    }),
  );
  const { pluginErrors } = health();
  session({ id }, (s) => {
    for (let i = 0; i < 4; i++) {
      s.llm({ provider: "p", model: `m${i}` }, (call) => call.response({ usage }));
      expect(app.span(`chat m${i}`).attributes).not.toHaveProperty("throughline.cost.amount");
    }
  });
  expect(health().pluginErrors).toBe(pluginErrors + 1);
});

test("the price list of genai-prices", async () => {
  const price = await genAiPrices();
  const atMs = Date.UTC(2026, 5, 1);
  const call = {
    provider: "openai",
    model: "gpt-4o",
    usage: { inputTokens: 1e6, outputTokens: 1e6 },
    atMs,
  };
  expect(price(call)).toBeCloseTo(12.5, 6);
  // 90 % of what was read from the cache is cheaper.
  expect(price({ ...call, usage: { inputTokens: 1e6, cacheReadTokens: 1e6 } })).toBeLessThan(2.5);
  // Proxies and gateways call themselves what they like; the model's name is enough.
  expect(price({ ...call, provider: "my-gateway" })).toBeCloseTo(12.5, 6);
  expect(price({ ...call, model: "nobody-knows" })).toBeUndefined();
});
