import { setImmediate as immediate } from "node:timers/promises";

import { context, ROOT_CONTEXT } from "@opentelemetry/api";
import { action, llm, session, turn as ambientTurn, type Turn } from "@throughline/sdk";
import { afterEach, beforeEach, expect, test } from "vitest";

import { host, type Host } from "../support/host.ts";
import { findings } from "../support/verdict.ts";

// What other systems got wrong, by the number under which it was reported there.

let app: Host;
beforeEach(() => {
  app = host();
});
afterEach(() => app.stop());

const model = { provider: "p", model: "m" };
const parents = (): { [name: string]: string | undefined } => {
  const names = new Map(app.spans().map((span) => [span.spanContext().spanId, span.name]));
  return Object.fromEntries(
    app.spans().map((span) => [span.name, names.get(span.parentSpanContext?.spanId ?? "")]),
  );
};

test("qwen-code #4126, mellea #1048: session > action > call is a tree, not a row of siblings", async () => {
  await session({ id: "tree", agent: "a" }, (s) =>
    s.turn((turn) => turn.action({ name: "plan" }, async () => llm(model, () => immediate()))),
  );
  expect(parents()).toEqual({
    "session a": undefined,
    "invoke_agent a": "session a",
    "action plan": "invoke_agent a",
    "chat m": "action plan",
  });
});

test("qwen-code #9077: a call outside of any session is not given the first session of the process", () => {
  session({ id: "bootstrap" }, (s) => s.turn(() => {}));
  llm(model, () => {});
  expect(app.span("chat m").attributes).not.toHaveProperty("session.id");
  expect(app.span("chat m").parentSpanContext).toBeUndefined();
});

test("qwen-code #9078, opensre #6250: a turn in a turn stays in its session, and mints no other", async () => {
  await session({ id: "one" }, (s) =>
    s.turn(async () => ambientTurn({ agent: "inner" }, () => immediate())),
  );
  expect(new Set(app.spans().map((span) => span.attributes["session.id"]))).toEqual(
    new Set(["one"]),
  );
  expect(
    app.spans().filter((span) => span.attributes["throughline.step"] === "session"),
  ).toHaveLength(1);
});

test("qwen-code #9107: turns with the same id are two, and each ends once", () => {
  const s = session({ id: "same turn" });
  const [first, second] = [s.startTurn({ id: "prompt" }), s.startTurn({ id: "prompt" })];
  second.end();
  first.end();
  first.end();
  const turns = app.spans().filter((span) => span.attributes["throughline.turn.id"] === "prompt");
  expect(turns.map((span) => span.attributes["throughline.turn.index"])).toEqual([1, 0]);
});

test("qwen-code #5763, latitude #4028: sub-agents at once with the same name keep their calls apart", async () => {
  await session({ id: "parallel" }, (s) =>
    s.turn((turn) =>
      Promise.all(
        [1, 2, 3].map((n) =>
          turn.agent({ name: "worker", runId: `run ${n}` }, async (agent) => {
            await immediate();
            action({ name: `of ${n}` }, () => {});
            await agent.llm(model, () => immediate());
          }),
        ),
      ),
    ),
  );
  const runs = new Map(
    app
      .spans()
      .filter((span) => span.name === "invoke_agent worker")
      .map((span) => [span.spanContext().spanId, span.attributes["throughline.agent.run_id"]]),
  );
  expect(runs.size).toBe(3);
  const below = app
    .spans()
    .filter((span) => span.name === "chat m" || span.name.startsWith("action"));
  expect(below).toHaveLength(6);
  for (const span of below) {
    expect(span.attributes["throughline.agent.run_id"]).toBe(
      runs.get(span.parentSpanContext?.spanId ?? ""),
    );
  }
});

test("agent-framework #6357: no tool is lost under Promise.all, also when one of them fails", async () => {
  await session({ id: "gather" }, (s) =>
    s.turn((turn) =>
      Promise.allSettled(
        Array.from({ length: 20 }, (_, i) =>
          turn.tool({ name: "t", callId: `c${i}` }, async () => {
            await immediate();
            if (i % 5 === 0) throw new Error("expected");
          }),
        ),
      ),
    ),
  );
  const tools = app.spans().filter((span) => span.name === "execute_tool t");
  expect(new Set(tools.map((span) => span.attributes["gen_ai.tool.call.id"])).size).toBe(20);
  expect(tools.filter((span) => span.attributes["throughline.outcome"] === "error")).toHaveLength(
    4,
  );
});

test("agentops #894, #1018, OpenHands #3113: work that lost its context keeps its session by its handle", async () => {
  let later: Turn | undefined;
  const s = session({ id: "executor" });
  s.turn((turn) => {
    later = turn;
  });
  await context.with(ROOT_CONTEXT, async () => {
    await immediate();
    later?.tool({ name: "in a pool" }, () => {});
  });
  const [span] = app.spans().slice(-1);
  expect(span?.attributes["session.id"]).toBe("executor");
  expect(span?.attributes["throughline.turn.index"]).toBe(0);
  expect(findings(app)).toEqual([]);
});

test("qwen-code #4954, mellea #1481: what sessions count, each counts for itself", () => {
  const [a, b] = [session({ id: "counts a" }), session({ id: "counts b" })];
  for (const s of [a, b, a, b, a]) s.turn(() => {});
  const indexes = (id: string): unknown[] =>
    app
      .spans()
      .filter((span) => span.name === "invoke_agent" && span.attributes["session.id"] === id)
      .map((span) => span.attributes["throughline.turn.index"]);
  expect([indexes("counts a"), indexes("counts b")]).toEqual([
    [0, 1, 2],
    [0, 1],
  ]);
});
