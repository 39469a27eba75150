import { subscribe, unsubscribe } from "node:diagnostics_channel";

import { health, session, unplug, use, type Plugin, type Step } from "@throughline/sdk";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { tracing } from "../../src/plugins/tracing.ts";
import { host, type Host } from "../support/host.ts";

let app: Host;
beforeEach(() => {
  app = host();
});
afterEach(() => {
  for (const unplugged of plugged.splice(0)) unplugged();
  return app.stop();
});

const plugged: (() => void)[] = [];
const plug = (plugin: Plugin): void => void plugged.push(use(plugin));

const everything = (hear: (event: string, step: Step) => void): Plugin["on"] => {
  const on: { [event: string]: (step: Step) => void } = {};
  const kinds =
    "session turn action llm tool tool.execution tool.approval hook agent sidecar delegation";
  for (const kind of kinds.split(" ")) {
    for (const phase of ["start", "success", "error", "cancel", "end"]) {
      on[`${kind}:${phase}`] = (step) => hear(`${kind}:${phase}`, step);
    }
  }
  return on;
};

test("every step says when it starts, how it went, and when it is over", async () => {
  const heard: string[] = [];
  plug({ name: "listener", on: everything((event) => heard.push(event)) });
  await session({ id: "events" }, async (s) => {
    await s.turn(async (turn) => {
      await turn.llm({ provider: "p", model: "m" }, async () => {});
      await turn
        .tool({ name: "t" }, async (tool) => {
          await tool.approval({}, async () => true);
          await tool.execution(async () => {
            throw new Error("expected");
          });
        })
        .catch(() => {});
      turn.startAction({ name: "a" }).cancel();
    });
    s.end();
  });
  expect(heard).toEqual([
    "session:start",
    "turn:start",
    "llm:start",
    "llm:success",
    "llm:end",
    "tool:start",
    "tool.approval:start",
    "tool.approval:success",
    "tool.approval:end",
    "tool.execution:start",
    "tool.execution:error",
    "tool.execution:end",
    "tool:error",
    "tool:end",
    "action:start",
    "action:cancel",
    "action:end",
    "turn:success",
    "turn:end",
    "session:success",
    "session:end",
  ]);
});

test("each call has an id of its own, the same from start to end (mellea: pairing without a shared stack)", async () => {
  const starts = new Map<string, Step>();
  const ends: Step[] = [];
  plug({
    name: "pairing",
    on: {
      "tool:start": (step) => void starts.set(step.callId, step),
      "tool:end": (step) => void ends.push(step),
    },
  });
  await session({ id: "pairs" }, (s) =>
    s.turn((turn) =>
      Promise.all(
        Array.from({ length: 10 }, () =>
          turn.tool({ name: "same", callId: "same" }, async () => {}),
        ),
      ),
    ),
  );
  expect(starts.size).toBe(10);
  for (const step of ends) expect(starts.get(step.callId)).toBe(step);
});

test("an event tells what a meter, a budget or an audit needs", async () => {
  const told: unknown[] = [];
  plug({
    name: "meter",
    on: {
      "llm:end": (step) => {
        const { provider, model, attempt, response, timeToFirstChunkMs } = step.detail;
        told.push([
          provider,
          model,
          attempt,
          response.usage?.inputTokens,
          typeof timeToFirstChunkMs,
        ]);
        told.push([
          step.sessionId,
          step.outcome,
          (step.durationMs ?? -1) >= 0,
          step.span !== undefined,
        ]);
      },
    },
  });
  session({ id: "metered" }, (s) =>
    s.turn((turn) =>
      turn.llm({ provider: "openai", model: "gpt-5.4" }, (call) => {
        call.firstChunk().response({ usage: { inputTokens: 812 } });
      }),
    ),
  );
  expect(told).toEqual([
    ["openai", "gpt-5.4", 1, 812, "number"],
    ["metered", "ok", true, true],
  ]);
});

test("what a plugin sets before the end is on the span, and an abort reaches the work", async () => {
  plug({
    name: "budget",
    on: {
      "llm:success": (step) => {
        step.set({ "throughline.cost.amount": 0.5 });
        step.session?.abort("over budget");
      },
    },
  });
  await session({ id: "budget" }, async (s) => {
    await s.turn((turn) => turn.llm({ provider: "p", model: "m" }, async () => {}));
    expect(s.signal.aborted).toBe(true);
    expect(s.signal.reason).toBe("over budget");
  });
  expect(app.span("chat m").attributes["throughline.cost.amount"]).toBe(0.5);
});

describe("a plugin that throws", () => {
  test("breaks neither the agent nor the span nor the next plugin; it is counted, and reported once", async () => {
    const before = health().pluginErrors;
    const heard: string[] = [];
    plug({
      name: "bad",
      on: everything(() => {
        throw new Error("plugin");
      }),
    });
    plug({
      name: "bad, later",
      on: { "turn:start": async () => Promise.reject(new Error("plugin")) },
    });
    plug({ name: "good", on: everything((event) => heard.push(event)) });
    const answer = session({ id: "bad plugin" }, (s) => s.turn(() => "fine"));
    await new Promise((done) => setImmediate(done));
    expect(answer).toBe("fine");
    expect(heard).toEqual(["session:start", "turn:start", "turn:success", "turn:end"]);
    expect(app.spans().map((span) => span.name)).toEqual(["session", "invoke_agent"]);
    expect(health().pluginErrors - before).toBe(5);
    expect(app.said.filter((said) => said.includes("plugin bad failed"))).toHaveLength(1);
    expect(app.said.filter((said) => said.includes("plugin bad, later failed"))).toHaveLength(1);
  });
});

describe("tracing is one plugin among others", () => {
  afterEach(() => void use(tracing));

  test("without it the work goes on, and what the host records still carries the session", () => {
    unplug("tracing");
    session({ id: "untraced" }, (s) =>
      s.turn((turn) => {
        expect(turn.span).toBeUndefined();
        turn.log.info("still a log");
      }),
    );
    expect(app.spans()).toEqual([]);
    const record = app.logs().find((log) => log.body === "still a log");
    expect(record?.attributes["session.id"]).toBe("untraced");
    expect(record?.spanContext).toBeDefined();
  });

  test("one of the same name takes the place of the one before", () => {
    use(tracing);
    use(tracing);
    session({ id: "plugged twice" }, (s) => s.turn(() => {}));
    expect(app.spans()).toHaveLength(2);
  });
});

test("others can listen without knowing us", () => {
  const heard: unknown[] = [];
  const hear = (message: unknown): void => void heard.push((message as Step<"tool">).detail.name);
  subscribe("throughline:tool:start", hear);
  session({ id: "channel" }, (s) => s.turn((turn) => turn.tool({ name: "search" }, () => {})));
  unsubscribe("throughline:tool:start", hear);
  session({ id: "channel" }, (s) => s.turn((turn) => turn.tool({ name: "unheard" }, () => {})));
  expect(heard).toEqual(["search"]);
});
