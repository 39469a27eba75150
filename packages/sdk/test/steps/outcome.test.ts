import { SpanStatusCode } from "@opentelemetry/api";
import type { ReadableSpan } from "@opentelemetry/sdk-trace";
import { health, session, type Turn } from "@throughline/sdk";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { host, type Host } from "../support/host.ts";
import { findings } from "../support/verdict.ts";

let app: Host;
let turn: Turn;
let sessions = 0;
beforeEach(() => {
  app = host();
  turn = session({ id: `outcome ${(sessions += 1)}` }).startTurn();
});
afterEach(() => app.stop());

const said = (name: string): [unknown, SpanStatusCode, unknown] => {
  const span = app.span(name);
  return [span.attributes["throughline.outcome"], span.status.code, span.attributes["error.type"]];
};
const exceptions = (span: ReadableSpan): number =>
  span.events.filter((event) => event.name === "exception").length;

describe("a callback that fails", () => {
  test("ends every span above it as an error, tells the exception once, and throws the same error (traceloop, plain OTel)", async () => {
    const error = new RangeError("too much");
    const run = turn.agent({ name: "sub" }, (agent) =>
      agent.tool({ name: "t" }, (tool) =>
        tool.execution(async () => {
          throw error;
        }),
      ),
    );
    await expect(run).rejects.toBe(error);
    for (const name of ["tool.execution t", "execute_tool t", "invoke_agent sub"]) {
      expect(said(name)).toEqual(["error", SpanStatusCode.ERROR, "RangeError"]);
    }
    expect(app.spans().map((span) => exceptions(span))).toEqual([0, 1, 0, 0]);
    expect(app.span("invoke_agent sub").status.message).toBe("too much");
  });

  test("synchronously as well", () => {
    expect(() =>
      turn.action({ name: "a" }, () => {
        throw new TypeError("expected");
      }),
    ).toThrow("expected");
    expect(said("action a")).toEqual(["error", SpanStatusCode.ERROR, "TypeError"]);
  });

  test.each([
    [
      "the class where the name says nothing",
      new (class RateLimitError extends Error {})("x"),
      "RateLimitError",
    ],
    [
      "the code where neither does",
      Object.assign(new Error("x"), { code: "ECONNREFUSED" }),
      "ECONNREFUSED",
    ],
    ["a plain error", new Error("x"), "Error"],
    [
      "a name with a value in it",
      Object.assign(new Error("x"), { name: "Failed for user 17" }),
      "Error",
    ],
    ["a thrown string", "out of luck, user 17", "_OTHER"],
    ["nothing at all", undefined, "_OTHER"],
  ])("error.type has few values: %s", (_what, error, type) => {
    expect(() =>
      turn.action({ name: "a" }, () => {
        throw error;
      }),
    ).toThrow();
    expect(said("action a")).toEqual(["error", SpanStatusCode.ERROR, type]);
  });

  test("with an error whose getters throw, the application still gets its error", () => {
    const hostile = Object.defineProperty(new Error("x"), "message", {
      get() {
        throw new Error("getter");
      },
    });
    let caught: unknown;
    try {
      turn.action({ name: "a" }, () => {
        throw hostile;
      });
    } catch (error) {
      caught = error;
    }
    expect(caught === hostile).toBe(true);
    expect(said("action a")).toEqual(["error", SpanStatusCode.ERROR, "Error"]);
  });
});

describe("the first word on an outcome counts (qwen-code #4212: timed out, then a success)", () => {
  test("an end after a failure changes nothing", () => {
    const call = turn.startLlm({ provider: "p", model: "m" });
    call.fail(new Error("timeout"));
    call.end();
    call.cancel();
    expect(said("chat m")).toEqual(["error", SpanStatusCode.ERROR, "Error"]);
  });

  test("a failure after the end neither (agentops: OK written after ERROR)", () => {
    const call = turn.startLlm({ provider: "p", model: "m" });
    call.end();
    call.fail(new Error("late"));
    expect(said("chat m")).toEqual(["ok", SpanStatusCode.UNSET, undefined]);
    expect(app.said).toEqual([]);
  });
});

describe("cancelled work is no failure", () => {
  test("when the callback throws what the abort signal says", async () => {
    const controller = new AbortController();
    const run = turn.llm({ provider: "p", model: "m", signal: controller.signal }, async () => {
      controller.abort();
      controller.signal.throwIfAborted();
    });
    await expect(run).rejects.toThrow("aborted");
    expect(said("chat m")).toEqual(["cancelled", SpanStatusCode.UNSET, undefined]);
    expect(exceptions(app.span("chat m"))).toBe(0);
    turn.end();
    expect(findings(app)).toEqual([]);
  });

  test("when the callback makes the best of it and returns (qwen-code #4302: told as success)", async () => {
    const controller = new AbortController();
    await turn.llm({ provider: "p", model: "m", signal: controller.signal }, async () => {
      controller.abort();
      return "half an answer";
    });
    expect(said("chat m")[0]).toBe("cancelled");
  });

  test("when the turn, or the session, is aborted: steps below it are, what begins later is not", async () => {
    const running = turn.startTool({ name: "running" });
    expect(running.signal.aborted).toBe(false);
    turn.abort("over budget");
    expect(running.signal.aborted).toBe(true);
    running.end();
    turn.action({ name: "last word" }, () => {});
    expect(said("execute_tool running")[0]).toBe("cancelled");
    expect(said("action last word")[0]).toBe("ok");

    const s = session({ id: "aborted session" });
    const open = s.startTurn({ agent: "aborted" });
    s.abort();
    expect(open.signal.aborted).toBe(true);
    open.end();
    expect(said("invoke_agent aborted")[0]).toBe("cancelled");
  });

  test("but a timeout is one", async () => {
    const signal = AbortSignal.timeout(1);
    const run = turn.llm(
      { provider: "p", model: "m", signal },
      () =>
        new Promise((_done, failed) => {
          signal.addEventListener("abort", () => failed(signal.reason));
        }),
    );
    await expect(run).rejects.toThrow();
    expect(said("chat m")).toEqual(["error", SpanStatusCode.ERROR, "TimeoutError"]);
  });

  test("with no listener left behind on a signal that outlives the step", () => {
    const controller = new AbortController();
    for (let i = 0; i < 3; i++) {
      turn.action({ name: "a", signal: controller.signal }, () => {});
    }
    controller.abort();
    const outcomes = app.spans().map((span) => span.attributes["throughline.outcome"]);
    expect(outcomes.filter((outcome) => outcome === "cancelled")).toEqual([]);
  });
});

describe("forms", () => {
  test("using ends a step, also when it was ended before", () => {
    {
      using tool = turn.startTool({ name: "t" });
      tool.startAction({ name: "inner" })[Symbol.dispose]();
    }
    {
      using action = turn.startAction({ name: "failed" });
      action.fail(new Error("expected"));
    }
    expect(said("execute_tool t")[0]).toBe("ok");
    expect(said("action failed")[0]).toBe("error");
  });

  test("await using too", async () => {
    {
      await using action = turn.startAction({ name: "a" });
      await action.run(async () => {});
    }
    expect(said("action a")[0]).toBe("ok");
  });

  test("a query builder runs inside its step, although it runs only when it is awaited", async () => {
    const lazy = {
      // oxlint-disable-next-line unicorn/no-thenable -- what knex and drizzle return
      then(done: (rows: string[]) => void) {
        turn.log.info("query");
        session({ id: "never" });
        done(["row"]);
      },
    };
    const rows = await turn.action({ name: "select" }, () => lazy as PromiseLike<string[]>);
    expect(rows).toEqual(["row"]);
    expect(said("action select")[0]).toBe("ok");
  });

  test("what the application sets is on the span, whenever it comes", () => {
    turn.action({ name: "a", attributes: { "app.early": 1 } }, (action) => {
      action.set({ "app.late": true });
    });
    expect(app.span("action a").attributes).toMatchObject({ "app.early": 1, "app.late": true });
  });

  test("times have more than milliseconds, and a child never begins before its parent", () => {
    turn.action({ name: "outer" }, (outer) => outer.action({ name: "inner" }, () => {}));
    const [outer, inner] = [app.span("action outer"), app.span("action inner")];
    const nanos = ({ startTime: [seconds, rest] }: ReadableSpan): number => seconds * 1e9 + rest;
    expect(nanos(inner)).toBeGreaterThanOrEqual(nanos(outer));
    expect([outer, inner].some((span) => span.startTime[1] % 1_000_000 !== 0)).toBe(true);
  });
});

describe("tools", () => {
  test("arguments are a size and a hash while content is off (mellea, C14)", () => {
    turn.tool({ name: "t", callId: "c", arguments: { secret: "swordfish" } }, () => "result");
    const { attributes } = app.span("execute_tool t");
    expect(attributes["throughline.tool.arguments.size"]).toBe(22);
    expect(attributes["throughline.tool.arguments.sha256"]).toMatch(/^[0-9a-f]{16}$/);
    expect(JSON.stringify(attributes)).not.toContain("swordfish");
    expect(JSON.stringify(attributes)).not.toContain("result");
  });

  test("arguments that can't be read don't hurt (qwen-code #3630: circular JSON)", () => {
    const circular: { self?: unknown } = {};
    circular.self = circular;
    expect(turn.tool({ name: "t", arguments: circular }, () => "fine")).toBe("fine");
  });

  test.each([
    [true, "approved"],
    [false, "denied"],
    ["proceed_always", "proceed_always"],
    [{ decision: "denied" }, "denied"],
    [undefined, undefined],
  ])("an approval that answers %j was %s", async (answer, decision) => {
    await turn.tool({ name: "t" }, (tool) =>
      tool.approval({ source: "human" }, async () => answer),
    );
    expect(app.span("tool.approval t").attributes["throughline.approval.decision"]).toBe(decision);
    expect(said("tool.approval t")[1]).toBe(SpanStatusCode.UNSET);
  });
});

test("what is still open at the end of the process is interrupted, children first", async () => {
  const { interruptOpenSteps } = await import("../../src/step/open.ts");
  interruptOpenSteps();
  const before = health().interruptedSteps;
  const open = session({ id: "interrupted" }).startTurn({ agent: "open" });
  open.startTool({ name: "hanging" });
  expect(interruptOpenSteps()).toBe(2);
  expect(health().interruptedSteps - before).toBe(2);
  expect(
    app
      .spans()
      .slice(-2)
      .map((span) => span.name),
  ).toEqual(["execute_tool hanging", "invoke_agent open"]);
  expect(said("execute_tool hanging")).toEqual(["interrupted", SpanStatusCode.UNSET, undefined]);
});
