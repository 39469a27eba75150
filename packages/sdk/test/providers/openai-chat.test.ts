import { OpenAI } from "openai";
import { describe, expect, test } from "vitest";

import { session } from "@throughline/sdk";
import { wrap } from "@throughline/sdk/providers";

import { findings } from "../support/verdict.ts";
import { app, beforeEachAClient, calls, client, hello, id, inTurn, model, told } from "./openai.ts";
import { all, chatAnswer, chatChunks, chatStream, json } from "./scripted-model.ts";

beforeEachAClient();

describe("chat completions", () => {
  test("are a step of the turn they are made in, with what was asked and what was used", async () => {
    model.script(json(chatAnswer));
    const { answer, turn } = await inTurn(async (turn) => ({
      answer: await client.chat.completions.create({
        ...hello,
        max_completion_tokens: 99,
        top_p: 0.5,
      }),
      turn: turn.span?.spanContext().spanId,
    }));
    expect(answer.choices[0]?.message.content).toBe("Hello.");
    const [call] = calls();
    expect(call?.name).toBe("chat gpt-5.4");
    expect(call?.parentSpanContext?.spanId).toBe(turn);
    expect(call?.attributes).toMatchObject({
      ...told,
      "session.id": id,
      "gen_ai.request.max_tokens": 99,
      "gen_ai.request.top_p": 0.5,
    });
    expect(findings(app)).toEqual([]);
  });

  test("streamed: the span lasts as long as the stream and tells the usage, which the program does not see", async () => {
    model.script(chatStream);
    const chunks = await inTurn(async () => {
      const stream = await client.chat.completions.create({ ...hello, stream: true });
      expect(calls()).toEqual([]);
      return all(stream);
    });
    expect(chunks).toEqual(chatChunks);
    const [call] = calls();
    expect(call?.attributes).toMatchObject({
      ...told,
      "gen_ai.request.stream": true,
      "gen_ai.response.time_to_first_chunk": expect.any(Number),
    });
    expect(model.asked.at(-1)).toMatchObject({ stream_options: { include_usage: true } });
  });

  test("streamed to who asked for the usage: every chunk is there", async () => {
    model.script(chatStream);
    const options = { include_usage: true };
    const chunks = await inTurn(async () =>
      all(
        await client.chat.completions.create({ ...hello, stream: true, stream_options: options }),
      ),
    );
    expect(chunks).toHaveLength(chatChunks.length + 1);
    expect(calls()[0]?.attributes).toMatchObject(told);
  });

  test("streamed by a server that nobody knows: it is asked for nothing that the program did not ask", async () => {
    const careful = wrap(new OpenAI({ apiKey: "none", baseURL: `${model.url}/v1` }), {
      provider: "mine",
    });
    model.script(chatStream);
    await inTurn(async () =>
      all(await careful.chat.completions.create({ ...hello, stream: true })),
    );
    expect(model.asked.at(-1)).not.toHaveProperty("stream_options");
    expect(calls()[0]?.attributes).toMatchObject({
      "gen_ai.provider.name": "mine",
      "gen_ai.response.id": "chatcmpl-1",
      "throughline.outcome": "ok",
    });
  });

  test("the client's own helpers work and are traced: stream(), parse(), withResponse(), asResponse()", async () => {
    await inTurn(async () => {
      model.script(chatStream);
      const final = await client.chat.completions.stream(hello).finalContent();
      expect(final).toBe("Hello. é");
      model.script(json(chatAnswer));
      const parsed = await client.chat.completions.parse(hello);
      expect(parsed.choices[0]?.message.content).toBe("Hello.");
      const { data, response } = await client.chat.completions.create(hello).withResponse();
      expect([data.id, response.status]).toEqual(["chatcmpl-1", 200]);
      // Nobody reads the body of this one.
      expect((await client.chat.completions.create(hello).asResponse()).ok).toBe(true);
    });
    expect(calls().map(({ attributes }) => attributes["gen_ai.usage.input_tokens"])).toEqual([
      120, 120, 120, 120,
    ]);
  });

  test("100 sessions at once keep theirs apart", async () => {
    model.script(chatStream);
    const ids = Array.from({ length: 100 }, () => crypto.randomUUID());
    await Promise.all(
      ids.map((each) =>
        session({ id: each }, (s) =>
          s.turn(async () => {
            for await (const chunk of await client.chat.completions.create({
              ...hello,
              stream: true,
            }))
              void chunk;
          }),
        ),
      ),
    );
    expect(new Set(calls().map(({ attributes }) => attributes["session.id"]))).toEqual(
      new Set(ids),
    );
    expect(calls()).toHaveLength(ids.length);
    expect(findings(app)).toEqual([]);
  });
});
