import { EventEmitter, once } from "node:events";
import { Readable } from "node:stream";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

import {
  currentSession,
  currentTurn,
  health,
  session,
  type LlmOptions,
  type Turn,
} from "@throughline/sdk";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { host, type Host } from "../support/host.ts";

let app: Host;
let turn: Turn;
let sessions = 0;
beforeEach(() => {
  app = host();
  turn = session({ id: `stream ${(sessions += 1)}` }).startTurn();
});
afterEach(() => app.stop());

const model: LlmOptions = { provider: "openai", model: "m", request: { stream: true } };
const ended = (): boolean => app.spans().some((span) => span.name === "chat m");
const outcome = (): unknown => app.span("chat m").attributes["throughline.outcome"];
const firstChunk = (): unknown =>
  app.span("chat m").attributes["gen_ai.response.time_to_first_chunk"];

/** As provider SDKs make them: a class with private state and helpers of its own. */
class ProviderStream implements AsyncIterable<string> {
  readonly #chunks: readonly (string | Error)[];
  readonly controller = new AbortController();
  closed = false;

  constructor(...chunks: readonly (string | Error)[]) {
    this.#chunks = chunks;
  }

  get size(): number {
    return this.#chunks.length;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<string> {
    try {
      for (const chunk of this.#chunks) {
        await new Promise((done) => setImmediate(done));
        if (chunk instanceof Error) throw chunk;
        yield chunk;
      }
    } finally {
      this.closed = true;
    }
  }
}

async function consume(source: AsyncIterable<unknown>): Promise<unknown[]> {
  const items: unknown[] = [];
  for await (const item of source) items.push(item);
  return items;
}

describe("a stream that a callback returns", () => {
  test("keeps its step open until it is consumed; the time to the first chunk is taken", async () => {
    const stream = await turn.llm(model, async () => new ProviderStream("a", "b"));
    expect(ended()).toBe(false);
    expect(await consume(stream)).toEqual(["a", "b"]);
    expect(outcome()).toBe("ok");
    expect(firstChunk()).toBeGreaterThan(0);
  });

  test("is the very object the provider made, with its class and private state", async () => {
    const made = new ProviderStream("a");
    const stream = await turn.llm(model, async () => made);
    expect(stream).toBe(made);
    expect(stream.size).toBe(1);
    expect(stream.controller.signal.aborted).toBe(false);
  });

  test("that fails ends its step as failed, with the error as it is", async () => {
    const error = new RangeError("overloaded");
    const stream = await turn.llm(model, async () => new ProviderStream("a", error));
    await expect(consume(stream)).rejects.toBe(error);
    expect(outcome()).toBe("error");
    expect(app.span("chat m").attributes["error.type"]).toBe("RangeError");
  });

  test("that the consumer leaves ends its step as cancelled, and is closed (qwen-code #4302, agentops)", async () => {
    const stream = await turn.llm(model, async () => new ProviderStream("a", "b"));
    for await (const chunk of stream) if (chunk === "a") break;
    expect(outcome()).toBe("cancelled");
    expect(stream.closed).toBe(true);
  });

  test("that is aborted while nobody asks for more ends at once (mellea #1272: hang in the middle)", async () => {
    const controller = new AbortController();
    const stream = await turn.llm(
      { ...model, signal: controller.signal },
      async () => new ProviderStream("a", "b"),
    );
    await stream[Symbol.asyncIterator]().next();
    expect(ended()).toBe(false);
    controller.abort();
    expect(outcome()).toBe("cancelled");
  });

  test("that nobody can consume any more ends as interrupted (agentops: abandoned generator)", async () => {
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    const before = health().abandonedStreams;
    await (async () => {
      await turn.llm(model, async () => new ProviderStream("a"));
    })();
    for (let i = 0; i < 50 && !ended(); i++) {
      collect();
      await new Promise((done) => setImmediate(done));
    }
    expect(outcome()).toBe("interrupted");
    expect(health().abandonedStreams).toBeGreaterThan(before);
  });

  test("runs in its step, whoever consumes it (vercel/ai #11766)", async () => {
    const seen: (string | undefined)[] = [];
    async function* body(): AsyncGenerator<number> {
      for (let i = 0; i < 3; i++) {
        seen.push(currentSession()?.id);
        yield i;
      }
      turn.log.info("still here");
      currentTurn()?.startAction({ name: "inside" }).end();
    }
    const id = currentId();
    const stream = turn.llm(model, () => body());
    await session({ id: "consumer" }, () => consume(stream));
    expect(seen).toEqual([id, id, id]);
    expect(app.span("action inside").attributes["session.id"]).toBe(id);
  });

  test("may be a generator without any await", () => {
    function* body(): Generator<number, string> {
      yield 1;
      return "end";
    }
    const numbers = turn.llm(model, () => body());
    expect(ended()).toBe(false);
    expect([...numbers]).toEqual([1]);
    expect(outcome()).toBe("ok");
  });

  test("may be a web stream, read in any way", async () => {
    const make = (): ReadableStream<string> => ReadableStream.from(["a", "b"]);
    const piped = await turn.llm(model, async () => make());
    const read: string[] = [];
    await piped.pipeTo(new WritableStream({ write: (chunk) => void read.push(chunk) }));
    expect(read).toEqual(["a", "b"]);
    expect(outcome()).toBe("ok");

    const cancelled = await turn.action({ name: "cancelled" }, async () => make());
    await cancelled.cancel();
    expect(app.span("action cancelled").attributes["throughline.outcome"]).toBe("cancelled");
  });

  test("may be a Node stream, read by its events", async () => {
    const stream = await turn.llm(model, async () => Readable.from(["a", "b"]));
    stream.resume();
    await once(stream, "close");
    expect(outcome()).toBe("ok");
  });

  test("may be an emitter that is never iterated (Anthropic's finalMessage)", async () => {
    const emitter = Object.assign(new EventEmitter(), {
      async *[Symbol.asyncIterator]() {},
    });
    await turn.llm(model, async () => emitter);
    emitter.emit("end");
    expect(outcome()).toBe("ok");
  });

  test("doesn't hold up what is no stream: arrays and maps are data", () => {
    turn.tool({ name: "list" }, () => [1, 2]);
    turn.tool({ name: "map" }, () => new Map());
    expect(app.spans().map((span) => span.name)).toEqual([
      "session",
      "execute_tool list",
      "execute_tool map",
    ]);
  });

  test("through two steps ends both", async () => {
    const stream = await turn.agent({ name: "outer" }, (agent) =>
      agent.llm(model, async () => new ProviderStream("a")),
    );
    await consume(stream);
    expect(outcome()).toBe("ok");
    expect(app.span("invoke_agent outer").attributes["throughline.outcome"]).toBe("ok");
  });
});

const currentId = (): string => `stream ${sessions}`;

test("by hand: firstChunk() on a call that the SDK can't watch", async () => {
  const call = turn.startLlm(model);
  await new Promise((done) => setTimeout(done, 2));
  call.firstChunk().firstChunk();
  call.end();
  expect(firstChunk()).toBeGreaterThan(0.001);
});
