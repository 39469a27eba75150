import { pretendModel } from "@throughline-examples/pretend-model";
import { expect, test, vi } from "vitest";

import { up } from "../e2e/backend/throughline.ts";
import { findingsIn, startOtlpRecorder } from "../support/otlp-recorder.ts";
import { sessionAt, startExample } from "./example.ts";

test("the support agent: two channels, many threads, nothing in the wrong session", async () => {
  const backend = await up();
  await using recorder = await startOtlpRecorder(backend.url);
  const model = await pretendModel();
  const agent = await startExample("support-agent", {
    OPENAI_BASE_URL: model.url,
    OPENAI_API_KEY: "none",
    OTEL_EXPORTER_OTLP_ENDPOINT: recorder.url,
  });

  const chat = async (thread: string, text: string): Promise<string> => {
    const response = await fetch(`${agent.url}/chat`, {
      method: "POST",
      body: JSON.stringify({ thread, text }),
    });
    return ((await response.json()) as { reply: string }).reply;
  };
  const threads = ["a", "b", "c", "d", "e"];
  await Promise.all(
    threads.map(async (thread) => {
      expect(await chat(thread, "I want my money back")).toContain("That is done.");
      expect(await chat(thread, "And once more")).toContain("That is done.");
    }),
  );
  agent.type("The jacket is too small");
  await vi.waitFor(() => expect(agent.said()).toContain("That is done."), 10_000);
  expect(await agent.stop()).toBe(0);
  await model.stop();

  // 5 threads of two turns, one terminal of one.
  expect(findingsIn(recorder.records)).toEqual([]);
  const spans = recorder.records.filter((record) => record.kind === "span");
  const steps = (id: string): { [step: string]: number } => {
    const counts: { [step: string]: number } = {};
    for (const { attributes } of spans) {
      if (attributes["session.id"] !== id) continue;
      const { "throughline.step": step } = attributes;
      if (typeof step !== "string") throw new Error("a span is no step");
      counts[step] = (counts[step] ?? 0) + 1;
    }
    return counts;
  };
  for (const thread of threads) {
    expect(steps(`web-${thread}`)).toEqual({
      session: 1,
      turn: 2,
      // four a turn, one of the sub-agent, and one for the title
      llm: 11,
      tool: 8,
      "tool.approval": 2,
      "tool.execution": 6,
      agent: 2,
      sidecar: 1,
    });
  }
  expect(spans.every(({ attributes }) => attributes["session.id"] !== undefined)).toBe(true);
  const ids = new Set(spans.map(({ attributes }) => attributes["session.id"]));
  expect(ids.size).toBe(threads.length + 1);

  await vi.waitFor(async () =>
    expect(await sessionAt(backend.url, "web-a")).toMatchObject({
      id: "web-a",
      agent: "support",
      turns: 2,
      llm_calls: 11,
      errors: 0,
      membership: { inherited: 0, joined: 0, linked: 0 },
    }),
  );
});
