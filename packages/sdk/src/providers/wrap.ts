import { sayOnce } from "../health.ts";
import { fetchOf, type Fetch, type ModelFetchOptions } from "./model-fetch.ts";

/** Clients that are watched already. */
const watched = new WeakSet<object>();
/** What is behind a fetch of ours. */
const listened = new WeakMap<Fetch, Fetch>();

/**
 * The client, with a step for every model call it makes. An OpenAI client (or one of its kind) is copied, as its own
 * `withOptions` does; a Google GenAI client is itself. Whatever is no such client, or is traced already, comes back as it is.
 */
export function wrap<C extends object>(client: C, options: ModelFetchOptions = {}): C {
  if (watched.has(client)) return client;
  const wrapped = openai(client, options) ?? googleGenAI(client, options);
  if (wrapped === undefined) {
    sayOnce(
      `client ${client.constructor.name}`,
      () =>
        `${client.constructor.name} is no client that wrap() knows; pass modelFetch() to it where it takes a fetch`,
    );
    return client;
  }
  watched.add(wrapped);
  return wrapped;
}

interface OpenAIClient {
  readonly fetch?: Fetch;
  readonly timeout?: number;
  withOptions(options: { readonly fetch: Fetch }): unknown;
}

function openai<C extends object>(client: C, options: ModelFetchOptions): C | undefined {
  if (!isOpenAI(client)) return undefined;
  if (isTraced(client)) return client;
  try {
    const { timeout } = client;
    // A copy of a watched client has its fetch: one listener is enough.
    const fetch = client.fetch && (listened.get(client.fetch) ?? client.fetch);
    const listening = fetchOf({ fetch, ...options }, { timeoutMs: timeout });
    if (fetch !== undefined) listened.set(listening, fetch);
    const copy = client.withOptions({ fetch: listening });
    return copy instanceof client.constructor ? (copy as C) : undefined;
  } catch {
    // Some ways of authentication forbid a fetch of anybody else's.
    return undefined;
  }
}

function isOpenAI<C extends object>(client: C): client is C & OpenAIClient {
  return "withOptions" in client && typeof client.withOptions === "function" && "chat" in client;
}

/** By OpenTelemetry's own instrumentation, which knows the client's versions 4 to 6. */
function isTraced(client: object): boolean {
  const create: unknown = path(client, "chat", "completions", "create");
  return typeof create === "function" && "__wrapped" in create;
}

type ApiCall = (
  url: string,
  init: RequestInit,
  retries: unknown,
  timeout: unknown,
  signal: unknown,
  fetch?: Fetch,
) => Promise<Response>;

/** Its requests pass through one method, retries included; given a fetch from outside it would change its time limits. */
function googleGenAI<C extends object>(client: C, options: ModelFetchOptions): C | undefined {
  const api: unknown = path(client, "apiClient");
  if (typeof api !== "object" || api === null || !("apiCall" in api)) return undefined;
  const { apiCall } = api;
  if (typeof apiCall !== "function") return undefined;
  const call: ApiCall = (url, init, retries, timeout, signal, fetch) => {
    let attempt = 0;
    const counted = fetchOf({ fetch, ...options }, { attempt: () => (attempt += 1) });
    return Reflect.apply(apiCall, api, [url, init, retries, timeout, signal, counted]);
  };
  Reflect.set(api, "apiCall", call);
  return client;
}

function path(from: unknown, ...keys: readonly string[]): unknown {
  let at = from;
  for (const key of keys) {
    if (typeof at !== "object" || at === null) return undefined;
    at = Reflect.get(at, key);
  }
  return at;
}
