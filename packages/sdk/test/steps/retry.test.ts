import { session, type Turn } from "@throughline/sdk";
import { afterEach, beforeEach, expect, test } from "vitest";

import { host, type Host } from "../support/host.ts";
import { findings } from "../support/verdict.ts";

let app: Host;
let turn: Turn;
let sessions = 0;
beforeEach(() => {
  app = host();
  turn = session({ id: `retry ${(sessions += 1)}`, agent: "a" }).startTurn();
});
afterEach(() => app.stop());

const model = { provider: "openai", model: "gpt-5.4" };
const attempts = (): unknown[] =>
  app
    .spans()
    .filter((span) => span.name === "chat gpt-5.4")
    .map(({ attributes }) => [
      attributes["throughline.llm.attempt"],
      attributes["throughline.llm.retry_reason"],
      attributes["throughline.outcome"],
    ]);

test("each attempt is a span, with its number and the reason for it (qwen-code: SDK-internal retries invisible)", async () => {
  let calls = 0;
  const answer = await turn.llm(
    {
      ...model,
      retry: async (_error, attempt) => {
        await new Promise((done) => setImmediate(done));
        return attempt < 3 && "rate_limit";
      },
    },
    async (call) => {
      if ((calls += 1) < 3) throw new Error("429");
      call.response({ usage: { inputTokens: 1, outputTokens: 1 } });
      return call.attempt;
    },
  );
  expect(answer).toBe(3);
  expect(attempts()).toEqual([
    [1, undefined, "error"],
    [2, "rate_limit", "error"],
    [3, "rate_limit", "ok"],
  ]);
  turn.end();
  expect(findings(app)).toEqual([]);
});

test("when nobody wants another, the last error goes to the caller as it is", async () => {
  const error = new Error("500");
  const run = turn.llm({ ...model, retry: () => false }, () => {
    throw error;
  });
  await expect(run).rejects.toBe(error);
  expect(attempts()).toEqual([[1, undefined, "error"]]);
});

test("aborted work is not tried again", async () => {
  const controller = new AbortController();
  const run = turn.llm({ ...model, signal: controller.signal, retry: () => "again" }, async () => {
    controller.abort();
    throw new Error("whatever");
  });
  await expect(run).rejects.toThrow("whatever");
  expect(attempts()).toEqual([[1, undefined, "cancelled"]]);
});

test("by hand, for loops of the application's own", () => {
  const first = turn.startLlm(model);
  const second = first.retry("overloaded", new Error("529"));
  second.end();
  expect(attempts()).toEqual([
    [1, undefined, "error"],
    [2, "overloaded", "ok"],
  ]);
  turn.llm({ ...model, attempt: 3, retryReason: "empty" }, () => {});
  expect(attempts().at(-1)).toEqual([3, "empty", "ok"]);
  const parents = app.spans().map((span) => span.parentSpanContext?.spanId);
  expect(new Set(parents.slice(1)).size).toBe(1);
});
