import {
  APIConnectionError,
  APIConnectionTimeoutError,
  APIUserAbortError,
  BadRequestError,
  OpenAI,
} from "openai";
import { describe, expect, test, vi } from "vitest";

import { wrap } from "@throughline/sdk/providers";

import { findings } from "../support/verdict.ts";
import { app, beforeEachAClient, calls, client, hello, inTurn, model } from "./openai.ts";
import { all, chatAnswer, chatChunks, events, json, silence, status } from "./scripted-model.ts";

beforeEachAClient();

describe("what goes wrong", () => {
  test("each attempt is a span, with the reason for the next one", async () => {
    model.script(status(429), status(500), json(chatAnswer));
    await inTurn(() => client.chat.completions.create(hello));
    expect(
      calls().map(({ attributes }) => [
        attributes["throughline.llm.attempt"],
        attributes["throughline.llm.retry_reason"],
        attributes["throughline.outcome"],
        attributes["error.type"],
        attributes["http.response.status_code"],
      ]),
    ).toEqual([
      [1, undefined, "error", "RateLimitError", 429],
      [2, "429", "error", "InternalServerError", 500],
      [3, "500", "ok", undefined, undefined],
    ]);
    expect(findings(app)).toEqual([]);
  });

  test("a refusal is the client's error to the program and an error on the span", async () => {
    model.script(status(400));
    await expect(inTurn(() => client.chat.completions.create(hello))).rejects.toThrow(
      BadRequestError,
    );
    expect(calls()[0]?.attributes).toMatchObject({
      "error.type": "BadRequestError",
      "throughline.outcome": "error",
    });
  });

  test("no connection", async () => {
    const nowhere = wrap(
      new OpenAI({ apiKey: "none", baseURL: "http://127.0.0.1:1/v1", maxRetries: 1 }),
    );
    await expect(inTurn(() => nowhere.chat.completions.create(hello))).rejects.toThrow(
      APIConnectionError,
    );
    expect(calls().map(({ attributes }) => attributes["throughline.llm.attempt"])).toEqual([1, 2]);
    expect(calls()[1]?.attributes["throughline.llm.retry_reason"]).toBe("TypeError");
  });

  test("a client that waited for long enough made an error, not a change of mind", async () => {
    model.script(silence);
    const hasty = client.withOptions({ timeout: 1_000, maxRetries: 0 });
    await expect(inTurn(() => wrap(hasty).chat.completions.create(hello))).rejects.toThrow(
      APIConnectionTimeoutError,
    );
    expect(calls()[0]?.attributes).toMatchObject({
      "throughline.outcome": "error",
      "error.type": "APIConnectionTimeoutError",
    });
  });

  test("an abort while waiting, and one in the middle of a stream, are cancellations", async () => {
    const controller = new AbortController();
    model.script(silence);
    const waiting = inTurn(() =>
      client.chat.completions.create(hello, { signal: controller.signal }),
    );
    setTimeout(() => controller.abort(), 20);
    await expect(waiting).rejects.toThrow(APIUserAbortError);

    model.script(events(chatChunks, { open: true }));
    await inTurn(async () => {
      const stream = await client.chat.completions.create({ ...hello, stream: true });
      for await (const chunk of stream)
        if (chunk.choices[0]?.finish_reason === "stop") stream.controller.abort();
    });
    expect(
      calls().map(({ attributes, status: { code } }) => [attributes["throughline.outcome"], code]),
    ).toEqual([
      ["cancelled", 0],
      ["cancelled", 0],
    ]);
    expect(calls()[1]?.attributes["gen_ai.response.id"]).toBe("chatcmpl-1");
    expect(findings(app).filter((finding) => !finding.startsWith("C08"))).toEqual([]);
  });

  test("breaking out of the loop ends the call", async () => {
    model.script(events(chatChunks, { open: true }));
    await inTurn(async () => {
      for await (const chunk of await client.chat.completions.create({ ...hello, stream: true })) {
        void chunk;
        break;
      }
    });
    await vi.waitFor(() => expect(calls()[0]?.attributes["throughline.outcome"]).toBe("cancelled"));
  });

  test("a connection that breaks off in a stream is an error", async () => {
    model.script((response, asked) => {
      events(chatChunks, { open: true })(response, asked);
      setTimeout(() => response.destroy(), 20);
    });
    await expect(
      inTurn(async () => all(await client.chat.completions.create({ ...hello, stream: true }))),
    ).rejects.toThrow();
    expect(calls()[0]?.attributes["throughline.outcome"]).toBe("error");
  });

  test("answers that are none change nothing for the program", async () => {
    model.script((response) => {
      response.writeHead(200, { "content-type": "application/json" });
      response.end("{ not json");
    });
    await expect(
      inTurn(() => client.chat.completions.create(hello, { maxRetries: 0 })),
    ).rejects.toThrow(SyntaxError);
    model.script(events(["garbage", "{]", chatChunks[0] ?? {}, "[DONE]"]));
    await expect(
      inTurn(async () => all(await client.chat.completions.create({ ...hello, stream: true }))),
    ).rejects.toThrow();
    expect(calls()).toHaveLength(2);
  });
});
