import { attr } from "@throughline/core";

import type { Plugin } from "../hooks/plugin.ts";
import type { Price } from "./prices.ts";

/**
 * What each model call cost, on the span that says what it used (`throughline.cost.*`).
 *
 * ```ts
 * use(cost({ price: await genAiPrices() }));
 * ```
 */
export function cost({ price }: { readonly price: Price }): Plugin {
  return {
    name: "cost",
    on: {
      "model:call": (call) => {
        // A provider that says what it took knows better than any list.
        if (call.usd !== undefined) return;
        const amount = price(call);
        if (amount === undefined || !Number.isFinite(amount) || amount < 0) return;
        call.usd = amount;
        call.set({
          [attr.costAmount]: amount,
          [attr.costCurrency]: "USD",
          [attr.costSource]: "priced",
        });
      },
    },
  };
}
