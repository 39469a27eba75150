import { ReadRefusal } from "../refusal.ts";

export interface EngineOptions {
  /** What people know it by, in sentences: Tempo or Loki. */
  readonly name: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface Question {
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
}

export interface EngineAnswer {
  readonly status: number;
  readonly body: Uint8Array<ArrayBuffer>;
  /** Why it is not whole, where the engine is one of ours: neither protocol has a place for it in every answer. */
  readonly partial: string | undefined;
}

export interface JsonAnswer {
  readonly value: unknown;
  readonly partial: string | undefined;
}

/** Beyond what one answer of either engine holds by default: 5 MB of a trace, 5,000 lines. */
const MOST_BYTES = 256 * 1024 * 1024;
const PATIENCE_MS = 60_000;
const PARTIAL = "x-throughline-partial";
/** An error's text is the engine's own; people see no more than this of it. */
const SAID = 500;

/** One engine over HTTP: asks, bounds the answer, and says in one sentence what went wrong. */
export class Engine {
  readonly #options: EngineOptions;

  constructor(options: EngineOptions) {
    this.#options = options;
  }

  get name(): string {
    return this.#options.name;
  }

  async json(question: Question): Promise<JsonAnswer> {
    const { body, partial } = await this.ask(question);
    try {
      return { value: JSON.parse(new TextDecoder().decode(body)), partial };
    } catch {
      throw new ReadRefusal("failed", `${this.name} answered with something that is no JSON.`);
    }
  }

  /** Refuses on every status but 200 and those of `also`. */
  async ask(question: Question, also: readonly number[] = []): Promise<EngineAnswer> {
    const { path, query = {}, signal } = question;
    const { name, url } = this.#options;
    const address = new URL(url.replace(/\/+$/, "") + path);
    for (const [key, value] of Object.entries(query)) address.searchParams.set(key, String(value));
    const patience = AbortSignal.timeout(PATIENCE_MS);
    let response: Response;
    let body: Uint8Array<ArrayBuffer>;
    try {
      response = await fetch(address, {
        headers: { ...this.#options.headers, ...question.headers },
        signal: signal === undefined ? patience : AbortSignal.any([signal, patience]),
      });
      body = await wholeBody(response);
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof ReadRefusal) throw error;
      throw new ReadRefusal("failed", `${name} at ${url} does not answer: ${reasonOf(error)}.`);
    }
    if (response.status === 200 || also.includes(response.status))
      return { status: response.status, body, partial: response.headers.get(PARTIAL) ?? undefined };
    const said = new TextDecoder().decode(body).trim().slice(0, SAID);
    const kind = response.status === 429 || response.status === 503 ? "busy" : "failed";
    throw new ReadRefusal(kind, `${name} refused with ${response.status}: ${said}`);
  }
}

async function wholeBody(response: Response): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of response.body ?? []) {
    length += part.byteLength;
    if (length > MOST_BYTES) throw new ReadRefusal("failed", "The answer was too large to read.");
    parts.push(part);
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.byteLength;
  }
  return whole;
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
