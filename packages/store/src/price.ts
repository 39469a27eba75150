import { createRequire } from "node:module";
import type * as GenaiPrices from "@pydantic/genai-prices";
import type { PricedCall, Pricer, Tokens } from "@throughline/core/session";

const MODELS_KEPT = 2_000;

/** US dollars per token of each kind, for calls with more than `above` input tokens. */
interface Band {
  readonly above: number;
  readonly fresh: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  readonly output: number;
}

type PriceFound = NonNullable<ReturnType<typeof GenaiPrices.calcPrice>>;

const load = createRequire(import.meta.url);
let list: typeof GenaiPrices | undefined;

/** Loaded at the first model call: half a megabyte of code, a quarter of what it takes to open a store. */
function priceList(): typeof GenaiPrices {
  // SAFETY: the package's own types.
  return (list ??= load("@pydantic/genai-prices") as typeof GenaiPrices);
}

/**
 * Prices from the list that comes with `@pydantic/genai-prices`, without asking the network.
 *
 * The list takes 10 to 40 µs an answer, and storing a span 12. So it is asked for a model's rates once, and asked again for
 * every call only where the price depends on more than the size of the prompt.
 */
export function createPricer(): Pricer {
  const known = new Map<string, Map<string | undefined, Pricer>>();
  return (call) => {
    let byProvider = known.get(call.model);
    if (byProvider === undefined) {
      // A stranger may invent models and providers; forgetting them all costs little.
      if (known.size >= MODELS_KEPT) known.clear();
      known.set(call.model, (byProvider = new Map()));
    }
    let price = byProvider.get(call.provider);
    if (price === undefined) {
      if (byProvider.size >= MODELS_KEPT) byProvider.clear();
      byProvider.set(call.provider, (price = pricerOf(call)));
    }
    return price(call);
  };
}

function pricerOf(call: PricedCall): Pricer {
  const found = ask(call);
  if (found === undefined) return () => undefined;
  const bands = bandsOf(call, found);
  const own: Pricer = ({ tokens }) => calculated(bands, tokens);
  const agrees = bands.every(({ above }) => {
    const probe = { ...call, tokens: { ...PROBE, input: above + PROBE.input } };
    return Math.abs((own(probe) ?? 0) - (ask(probe)?.total_price ?? 0)) < 1e-9;
  });
  const dated = Array.isArray(found.model.prices);
  return agrees && !dated ? own : (each) => ask(each)?.total_price;
}

const PROBE: Tokens = {
  input: 1_000,
  output: 700,
  cache_read: 300,
  cache_write: 100,
  reasoning: 0,
};
const NONE: Tokens = { input: 0, output: 0, cache_read: 0, cache_write: 0, reasoning: 0 };

function bandsOf(call: PricedCall, { model_price: prices }: PriceFound): readonly Band[] {
  const starts = Object.values(prices).flatMap((price) =>
    typeof price === "object" ? price.tiers.map(({ start }) => start) : [],
  );
  return [...new Set([0, ...starts])]
    .toSorted((one, other) => other - one)
    .map((above) => {
      const input = above + 1_000;
      const price = (tokens: Partial<Tokens>): number =>
        ask({ ...call, tokens: { ...NONE, input, ...tokens } })?.total_price ?? 0;
      return {
        above,
        fresh: price({}) / input,
        cacheRead: price({ cache_read: input }) / input,
        cacheWrite: price({ cache_write: input }) / input,
        output: (price({ output: 1_000 }) - price({})) / 1_000,
      };
    });
}

function calculated(bands: readonly Band[], tokens: Tokens): number | undefined {
  const { cache_read: read, cache_write: write, output } = tokens;
  const input = Math.max(tokens.input, read + write);
  const band = bands.find(({ above }) => input > above) ?? bands.at(-1);
  if (band === undefined) return undefined;
  return (
    (input - read - write) * band.fresh +
    read * band.cacheRead +
    write * band.cacheWrite +
    output * band.output
  );
}

function ask({ atMs, model, provider, tokens }: PricedCall): PriceFound | undefined {
  const usage = {
    // More cached than there was in all is an emitter's mistake, and an exception in the list.
    input_tokens: Math.max(tokens.input, tokens.cache_read + tokens.cache_write),
    output_tokens: tokens.output,
    cache_read_tokens: tokens.cache_read,
    cache_write_tokens: tokens.cache_write,
  };
  const dated = Number.isFinite(atMs) && Math.abs(atMs) < 8.64e15;
  const options = {
    ...(provider !== undefined && { providerId: provider }),
    ...(dated && { timestamp: new Date(atMs) }),
  };
  try {
    return priceList().calcPrice(usage, model, options) ?? undefined;
  } catch {
    return undefined;
  }
}
