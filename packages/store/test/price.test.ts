import { calcPrice } from "@pydantic/genai-prices";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createPricer } from "../src/price.ts";

const atMs = Date.UTC(2026, 10, 20);
const price = createPricer();

// Constant prices, prices by size of the prompt, other people's names for providers, and no price at all.
const models = [
  ["gpt-5.4", "openai"],
  ["gpt-4o", "azure.ai.openai"],
  ["gpt-4o", undefined],
  ["claude-opus-4-5", "anthropic"],
  ["claude-sonnet-4-5-20250929", "aws.bedrock"],
  ["gemini-2.5-pro", "gcp.gemini"],
  ["deepseek-chat", "deepseek"],
  ["unheard-of", "openai"],
] as const;

test("prices are those of the list, whatever was asked before", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...models),
      fc.nat({ max: 400_000 }),
      fc.nat({ max: 30_000 }),
      fc.double({ min: 0, max: 0.5, noNaN: true }),
      fc.double({ min: 0, max: 0.5, noNaN: true }),
      ([model, provider], input, output, read, write) => {
        const tokens = {
          input,
          output,
          cache_read: Math.floor(input * read),
          cache_write: Math.floor(input * write),
          reasoning: 0,
        };
        const listed = calcPrice(
          {
            input_tokens: input,
            output_tokens: output,
            cache_read_tokens: tokens.cache_read,
            cache_write_tokens: tokens.cache_write,
          },
          model,
          { ...(provider && { providerId: provider }), timestamp: new Date(atMs) },
        );
        const own = price({ model, provider, tokens, atMs });
        if (listed === null) expect(own).toBeUndefined();
        else expect(own).toBeCloseTo(listed.total_price, 9);
      },
    ),
  );
});

test("more cached than sent is an emitter's mistake, not ours", () => {
  const tokens = { input: 10, output: 0, cache_read: 50, cache_write: 0, reasoning: 0 };
  expect(price({ model: "gpt-5.4", provider: "openai", tokens, atMs })).toBeGreaterThan(0);
  expect(price({ model: "gpt-5.4", provider: "openai", tokens, atMs: Infinity })).toBeGreaterThan(
    0,
  );
});
