import { currentSession, currentTurn, health, resume, session } from "@throughline/sdk";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { host, type Host } from "../support/host.ts";
import { findings } from "../support/verdict.ts";

let app: Host;
beforeEach(() => {
  app = host();
});
afterEach(() => app.stop());

const id = "33878ff9-1467-43ef-a692-634a21bbb1bf";
const events = (): (string | undefined)[] =>
  app
    .logs()
    .map((record) => record.eventName)
    .filter((name) => name?.startsWith("session."));

test("a whole session, as its spans say it", async () => {
  await session({ id, agent: "support", channel: { type: "slack", id: "C42" } }, async (s) => {
    await s.turn({ input: "money back" }, async (turn) => {
      await turn.llm({ provider: "openai", model: "gpt-5.4" }, async (call) => {
        call.response({ model: "gpt-5.4-0901", usage: { inputTokens: 812, outputTokens: 96 } });
      });
      const refund = { name: "refund", callId: "c1", arguments: { amount: 3 } };
      await turn.tool(refund, async (tool) => {
        await tool.approval({ source: "human" }, async () => true);
        return tool.execution(async () => "done");
      });
      await turn.agent({ name: "researcher" }, async (agent) =>
        agent.action({ name: "plan" }, () => {}),
      );
      await turn.sidecar({ name: "memory" }, async () => {});
      await turn.hook({ name: "PostTurn" }, async () => {});
    });
    s.end();
  });

  const [root, turn] = [app.span("session support"), app.span("invoke_agent support")];
  expect(root.spanContext()).toMatchObject({ traceId: "4acca441dba8071e51177f7c82fe0d07" });
  expect(root.attributes).toEqual({
    "session.id": id,
    "throughline.step": "session",
    "gen_ai.agent.name": "support",
    "throughline.channel.type": "slack",
    "throughline.channel.id": "C42",
  });
  expect(turn.parentSpanContext?.spanId).toBe(root.spanContext().spanId);
  expect(turn.attributes).toMatchObject({
    "throughline.turn.index": 0,
    "throughline.outcome": "ok",
    "throughline.channel.type": "slack",
    "gen_ai.operation.name": "invoke_agent",
  });

  const below = (name: string): string | undefined => app.span(name).parentSpanContext?.spanId;
  for (const name of [
    "chat gpt-5.4",
    "execute_tool refund",
    "invoke_agent researcher",
    "sidecar memory",
  ]) {
    expect(below(name), name).toBe(turn.spanContext().spanId);
  }
  const tool = app.span("execute_tool refund").spanContext().spanId;
  expect([below("tool.approval refund"), below("tool.execution refund")]).toEqual([tool, tool]);
  expect(app.span("tool.approval refund").attributes).toMatchObject({
    "throughline.approval.decision": "approved",
    "throughline.approval.source": "human",
  });
  expect(app.span("action plan").attributes).toMatchObject({ "gen_ai.agent.name": "researcher" });
  expect(app.span("chat gpt-5.4").attributes).toMatchObject({
    "gen_ai.provider.name": "openai",
    "gen_ai.response.model": "gpt-5.4-0901",
    "gen_ai.usage.input_tokens": 812,
    "throughline.llm.attempt": 1,
  });
  expect(findings(app)).toEqual([]);
});

describe("opening and ending", () => {
  test("the application's own id is continued: leaving the callback ends nothing, end() does", async () => {
    for (let message = 0; message < 3; message++) {
      session({ id: "thread 1", agent: "a" }, (s) => s.turn(() => {}));
    }
    expect(app.spans().filter((span) => span.name === "session a")).toHaveLength(1);
    expect(app.spans().map((span) => span.attributes["throughline.turn.index"])).toEqual([
      undefined,
      0,
      1,
      2,
    ]);
    expect(events()).toEqual(["session.start"]);
    session({ id: "thread 1" }).end();
    expect(events()).toEqual(["session.start", "session.end"]);
  });

  test("a minted id ends with its callback, and says how", async () => {
    session({}, () => {});
    await session({}, async () => {});
    await expect(
      session({}, async () => {
        throw new Error("expected");
      }),
    ).rejects.toThrow("expected");
    const outcomes = app
      .logs()
      .filter((record) => record.eventName === "session.end")
      .map((record) => record.attributes["throughline.outcome"]);
    expect(outcomes).toEqual(["ok", "ok", "error"]);
  });

  test("the first end counts (qwen-code #8589: three starts, two ends for one session)", () => {
    const s = session({ id: "ended" });
    s.fail(new Error("expected"));
    s.end();
    session({ id: "ended" }).turn(() => {});
    expect(events()).toEqual(["session.start", "session.end"]);
    expect(
      app.logs().find((record) => record.eventName === "session.end")?.attributes,
    ).toMatchObject({
      "throughline.outcome": "error",
    });
  });

  test("a session that was opened again can end again", () => {
    session({ id: "again" }).end();
    session({ id: "again" }).end();
    expect(events()).toEqual(["session.start", "session.end", "session.end"]);
  });

  test("using ends a session whose id was minted, and no other", () => {
    {
      using minted = session();
      minted.turn(() => {});
    }
    {
      using own = session({ id: "own" });
      own.turn(() => {});
    }
    expect(events()).toEqual(["session.start", "session.end", "session.start"]);
  });

  test("session.previous_id only when it was another id (qwen-code #4058)", () => {
    session({ id: "new", previousId: "old" });
    session({ id: "same", previousId: "same" });
    const previous = app
      .logs()
      .filter((record) => record.eventName === "session.start")
      .map((record) => record.attributes["session.previous_id"]);
    expect(previous).toEqual(["old", undefined]);
  });

  test("resume never tells the root", () => {
    resume("elsewhere").turn((turn) => turn.action({ name: "go on" }, () => {}));
    expect(app.spans().map((span) => span.name)).toEqual(["action go on", "invoke_agent"]);
    expect(events()).toEqual([]);
  });

  test("what a carrier brought along stands on the work (turn, agent run)", () => {
    const s = resume("carried", {
      turn: { id: "t7", index: 7 },
      agentRun: { name: "researcher", runId: "r1" },
    });
    s.action({ name: "remote" }, (action) => action.agent({ name: "sub" }, () => {}));
    expect(app.span("action remote").attributes).toMatchObject({
      "throughline.turn.id": "t7",
      "throughline.turn.index": 7,
      "throughline.agent.run_id": "r1",
    });
    expect(app.span("invoke_agent sub").attributes["throughline.agent.parent_run_id"]).toBe("r1");
    s.turn(() => {});
    expect(app.span("invoke_agent").attributes["throughline.turn.index"]).toBe(8);
  });
});

describe("ids", () => {
  test("mixed-case UUIDs are one session (qwen-code #8415)", () => {
    expect(session({ id: id.toUpperCase() }).id).toBe(id);
  });

  test("an id that can't be used becomes its hash, the same every time, and is reported once", () => {
    const before = health().replacedIds;
    const [first, second] = [session({ id: "x".repeat(300) }), session({ id: "x".repeat(300) })];
    expect(first.id).toMatch(/^sha256-[0-9a-f]{64}$/);
    expect(second.id).toBe(first.id);
    expect(session({ id: "" }).id).toMatch(/^sha256-/);
    expect(health().replacedIds - before).toBe(3);
    expect(app.said.filter((said) => said.includes("too long"))).toHaveLength(1);
  });

  test("an id is there from the first use, also when the application had none yet (qwen-code #1772)", () => {
    expect(session({ id: undefined }).id).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe("several sessions in one process (agentops #403, pipecat #2202)", () => {
  test("each handle keeps its own, whatever is ambient", () => {
    const [a, b] = [session({ id: "a" }), session({ id: "b" })];
    a.turn((turnOfA) => {
      b.turn((turnOfB) => {
        turnOfA.action({ name: "of a" }, () => {});
        turnOfB.action({ name: "of b" }, () => {});
      });
    });
    expect(app.span("action of a").attributes["session.id"]).toBe("a");
    expect(app.span("action of b").attributes["session.id"]).toBe("b");
    expect(findings(app)).toEqual([]);
  });

  test("a nested session has a trace of its own and relabels nothing of the outer one (langfuse)", () => {
    session({ id: "outer" }, (outer) =>
      outer.turn((turn) => {
        session({ id: "inner" }, (inner) => inner.turn({ agent: "inner" }, () => {}));
        turn.action({ name: "back" }, () => expect(currentSession()?.id).toBe("outer"));
      }),
    );
    const [turn, inner] = [app.span("invoke_agent"), app.span("invoke_agent inner")];
    expect(turn.attributes["session.id"]).toBe("outer");
    expect(inner.spanContext().traceId).not.toBe(turn.spanContext().traceId);
    expect(inner.links[0]?.context.spanId).toBe(turn.spanContext().spanId);
    expect(findings(app)).toEqual([]);
  });

  test("the ambient session is the one of the context, and nobody's outside", async () => {
    expect(currentSession()).toBeUndefined();
    await session({ id: "ambient" }, async (s) => {
      await s.turn({ id: "t1" }, async () => {
        await new Promise((done) => setTimeout(done, 1));
        expect(currentSession()?.id).toBe("ambient");
        expect(currentTurn()?.id).toBe("t1");
      });
      expect(currentTurn()).toBeUndefined();
    });
    expect(currentSession()).toBeUndefined();
  });
});
