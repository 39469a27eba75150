import type { LlmCall } from "../handles/handles.ts";
import { currentSettings } from "../settings.ts";
import { StepEnding } from "../step/ending.ts";
import { followStream } from "../step/stream.ts";
import { eavesdrop } from "./events.ts";
import { ModelHttpError, ModelTimeout } from "./failures.ts";
import { messagesOf } from "./messages.ts";
import { isObject, type Asked, type JsonObject } from "./wire/wire.ts";

const clockSlackMs = 50;

export function capturesOnSpans(): boolean {
  const { capture } = currentSettings();
  return capture === "span" || capture === "both";
}

/** Listens to the answer to one request, and ends its step with it. */
export class Answer {
  readonly #call: LlmCall;
  readonly #asked: Asked;
  readonly #init: RequestInit | undefined;
  readonly #limitMs: number | undefined;
  readonly #pieces: unknown[] = [];
  /** Everything was said, whatever becomes of the connection. */
  #done = false;

  /** `limitMs`: how long the client waits for a response. */
  constructor(call: LlmCall, asked: Asked, init?: RequestInit, limitMs?: number) {
    this.#call = call;
    this.#asked = asked;
    this.#init = init;
    this.#limitMs = limitMs;
  }

  /** No response came. */
  failed(error: unknown): void {
    const call = this.#call;
    const signal = this.#init?.signal;
    const limitMs = this.#limitMs;
    if (signal?.aborted !== true) return call.fail(error);
    // Clients abort what takes too long as they abort what nobody wants any more. Their clock started a little earlier.
    if (limitMs !== undefined && call.step.age >= limitMs - clockSlackMs) {
      call.fail(new ModelTimeout(`no answer within ${limitMs} ms`));
    } else this.#aborted(signal);
  }

  /** What the client gets: the response, or its twin with a body that is listened to. */
  async in(response: Response, hide?: (said: JsonObject) => boolean): Promise<Response> {
    const call = this.#call;
    if (!response.ok) {
      call.set({ "http.response.status_code": response.status });
      call.fail(new ModelHttpError(response));
      return response;
    }
    const type = response.headers.get("content-type") ?? "";
    if (type.startsWith("text/event-stream") && response.body !== null) {
      return withBody(response, this.#stream(response.body, hide));
    }
    if (type.includes("json")) {
      // Whole before the client has it: a client that never reads it leaves no step open.
      const said: unknown = await response
        .clone()
        .json()
        .catch(() => undefined);
      if (isObject(said)) this.#hear(said);
    }
    this.#tellOutput();
    call.end();
    return response;
  }

  #stream(body: ReadableStream<Uint8Array>, hide?: (said: JsonObject) => boolean): ReadableStream {
    const { signal } = this.#init ?? {};
    // Who aborts a stream may never ask for its next chunk.
    const aborted = (): void => void (signal && this.#aborted(signal));
    signal?.addEventListener("abort", aborted, { once: true });
    const over = (): boolean => {
      signal?.removeEventListener("abort", aborted);
      this.#tellOutput();
      return this.#done;
    };
    const ear = {
      hear: (said: JsonObject) => this.#hear(said),
      done: () => void (this.#done = true),
      hide,
    };
    return followStream(body.pipeThrough(eavesdrop(ear)), new AnswerEnding(this.#call, over));
  }

  #aborted({ reason }: AbortSignal): void {
    this.#tellOutput();
    if (this.#done) this.#call.end();
    else if (reason instanceof Error && reason.name === "TimeoutError") this.#call.fail(reason);
    else this.#call.cancel();
  }

  #hear(said: JsonObject): void {
    const { response, pieces = [] } = this.#asked.hear(said);
    this.#call.response(response);
    if (pieces.length > 0 && capturesOnSpans()) this.#pieces.push(...pieces);
  }

  #tellOutput(): void {
    if (this.#pieces.length === 0) return;
    this.#call.response({ output: messagesOf(this.#asked.output(this.#pieces), "assistant") });
  }
}

/** However a stream comes to its end: what was heard until then is told first, and may have been all there was. */
class AnswerEnding extends StepEnding {
  readonly #over: () => boolean;

  constructor(call: LlmCall, over: () => boolean) {
    super(call.step);
    this.#over = over;
  }

  override succeeded(): void {
    this.#over();
    super.succeeded();
  }

  override failed(error: unknown): void {
    if (this.#over()) super.succeeded();
    else super.failed(error);
  }

  override stopped(): void {
    if (this.#over()) super.succeeded();
    else super.stopped();
  }

  override abandoned(): void {
    if (this.#over()) super.succeeded();
    else super.abandoned();
  }
}

/** Whoever logs it finds the address it came from. */
function withBody(response: Response, body: ReadableStream): Response {
  const { status, statusText, headers, url } = response;
  const changed = new Response(body, { status, statusText, headers });
  return Object.defineProperty(changed, "url", { value: url });
}
