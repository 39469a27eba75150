import type { Usage } from "../step/details.ts";

export interface PricedCall {
  readonly provider: string | undefined;
  readonly model: string;
  readonly usage: Usage;
  /** Milliseconds since the epoch; prices change. */
  readonly atMs: number;
}

/** US dollars for a call; undefined for a model it does not know. */
export type Price = (call: PricedCall) => number | undefined;

/**
 * The price list of `@pydantic/genai-prices`, which the application installs: 2 MB that only those load who ask for it.
 * Offline; it is as old as the package.
 */
export async function genAiPrices(): Promise<Price> {
  const { calcPrice } = await import("@pydantic/genai-prices");
  return ({ provider, model, usage, atMs }) => {
    const { inputTokens = 0, cacheReadTokens = 0, cacheWriteTokens = 0 } = usage;
    const tokens = {
      // More from the cache than there was in all is a provider's mistake, and an exception in the list.
      input_tokens: Math.max(inputTokens, cacheReadTokens + cacheWriteTokens),
      output_tokens: usage.outputTokens ?? 0,
      cache_read_tokens: cacheReadTokens,
      cache_write_tokens: cacheWriteTokens,
    };
    const when = { timestamp: new Date(atMs) };
    try {
      const found =
        calcPrice(
          tokens,
          model,
          provider === undefined ? when : { ...when, providerId: provider },
        ) ?? calcPrice(tokens, model, when);
      return found?.total_price;
    } catch {
      return undefined;
    }
  };
}
