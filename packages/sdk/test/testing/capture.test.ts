import { trace } from "@opentelemetry/api";
import { log, session, tool } from "@throughline/sdk";
import { capture, ContractError, expectContract } from "@throughline/sdk/testing";
import { start } from "@throughline/sdk/start";
import { afterEach, describe, expect, test } from "vitest";

/** An agent, as somebody else would write it. */
const tracer = trace.getTracer("shop");
function agent(id: string, text: string): Promise<string> {
  return session({ id, agent: "support" }, (s) =>
    s.turn({ input: text }, async (turn) => {
      await turn.llm({ provider: "openai", model: "gpt-5.4" }, async (call) => {
        call.response({ model: "gpt-5.4", usage: { inputTokens: 12, outputTokens: 3 } });
      });
      await tool({ name: "find_order" }, () =>
        tracer.startActiveSpan("SELECT", async (span) => span.end()),
      );
      log.info("found");
      return "done";
    }),
  );
}

const failure = async (run: () => unknown): Promise<ContractError> => {
  try {
    await run();
  } catch (error) {
    if (error instanceof ContractError) return error;
    throw error;
  }
  throw new Error("it kept the contract");
};

let telemetry = capture();
afterEach(() => telemetry.stop());

describe("capture", () => {
  test("keeps all that an agent tells, and proves it", async () => {
    telemetry = capture();
    await agent("order-1", "where is it?");
    await telemetry.expectContract();
    expect(telemetry.sessions.map(({ id }) => id)).toEqual(["order-1"]);
    expect(telemetry.steps("tool").map(({ name }) => name)).toEqual(["execute_tool find_order"]);
    expect(telemetry.spans.map(({ name }) => name)).toContain("SELECT");
    expect(telemetry.logs.map(({ body }) => body)).toContain("found");
  });

  test("begins anew each time: the same session tells its root again", async () => {
    for (let round = 0; round < 3; round++) {
      telemetry = capture();
      await agent("order-1", "and now?");
      await telemetry.expectContract();
      expect(telemetry.steps("session")).toHaveLength(1);
    }
    telemetry.clear();
    expect(telemetry.records).toEqual([]);
    await agent("order-1", "and now?");
    await telemetry.expectContract();
  });

  test("tells sessions apart", async () => {
    telemetry = capture();
    await Promise.all(["a", "b"].map((id) => agent(id, "hello")));
    await telemetry.expectContract();
    expect(telemetry.sessions.map(({ id }) => id)).toEqual(["a", "b"]);
    const { spans, logs } = telemetry.session("b");
    expect(spans).toHaveLength(telemetry.spans.length / 2);
    expect(logs).toHaveLength(telemetry.logs.length / 2);
    expect(telemetry.session("b").steps("llm")).toHaveLength(1);
  });

  test("hears no more once another one listens, or it was stopped", async () => {
    const first = capture();
    telemetry = capture();
    await agent("order-2", "hello");
    expect(first.records).toEqual([]);
    telemetry.stop();
    const heard = telemetry.records.length;
    await agent("order-2", "hello");
    expect(telemetry.records).toHaveLength(heard);
  });

  test("what leaves is redacted as it would be anywhere", async () => {
    telemetry = capture();
    await session({}, async () => log.info("key", { key: "sk-ant-api03-" + "a1B2".repeat(24) }));
    expect(JSON.stringify(telemetry.logs.map(({ attributes }) => attributes))).not.toContain(
      "a1B2",
    );
  });

  test("a program that calls start() itself is captured all the same", async () => {
    telemetry = capture();
    const started = start({ service: "shop" });
    await agent("order-3", "hello");
    await started.shutdown();
    await agent("order-3", "hello again");
    await telemetry.expectContract();
    expect(telemetry.session("order-3").steps("turn")).toHaveLength(2);
  });
});

describe("expectContract", () => {
  test("names each finding with its rule, its place and what to do", async () => {
    telemetry = capture();
    await agent("order-4", "hello");
    tracer
      .startSpan("chat gpt-5.4", {
        attributes: { "gen_ai.operation.name": "chat", "gen_ai.provider.name": "openai" },
      })
      .end();
    const error = await failure(() => telemetry.expectContract());
    expect(error.findings.map(({ rule }) => rule)).toContain("C12");
    expect(error.message).toMatch(/^\d findings? in \d+ records:/);
    expect(error.message).toContain("C12 violation: ");
    expect(error.message).toContain("  fix: ");
    expect(error.message).toContain("chat gpt-5.4");
  });

  test("what did not end is a finding, unless it is allowed or hushed", async () => {
    telemetry = capture();
    session({ id: "order-5" }, (s) => void s.startTurn());
    const error = await failure(() => telemetry.expectContract());
    expect(error.findings.map(({ rule }) => rule)).toEqual(["C11"]);
    await telemetry.expectContract({ rules: { C11: "improvement" } });
    await telemetry.expectContract({ allow: [{ rule: "C11", reason: "tested elsewhere" }] });
    const strict = { rules: { C11: "improvement" }, failOn: "improvement" } as const;
    await failure(() => telemetry.expectContract(strict));
  });

  test("nothing told is nothing proven", async () => {
    telemetry = capture();
    const error = await failure(() => telemetry.expectContract());
    expect(error.message).toContain("Nothing was told");
    await failure(() => expectContract([]));
  });

  test("takes records from anywhere", async () => {
    telemetry = capture();
    await agent("order-6", "hello");
    const { records } = telemetry;
    expectContract(records);
    const [first, ...rest] = records;
    const stray = { ...first!, attributes: Object.create(null) as {} };
    await failure(() => expectContract([...rest, stray]));
  });

  test("names from telemetry can't write to the terminal", async () => {
    telemetry = capture();
    tracer.startSpan("chat \u001b[2J", { attributes: { "gen_ai.operation.name": "chat" } }).end();
    const { message } = await failure(() => telemetry.expectContract());
    expect(message).toContain("chat \u{fffd}[2J");
    expect(message).not.toContain("\u001b");
  });
});
