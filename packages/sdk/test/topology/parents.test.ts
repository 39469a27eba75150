import { context, ROOT_CONTEXT, SpanKind, trace, type Tracer } from "@opentelemetry/api";
import { action, health, llm, session, turn as ambientTurn } from "@throughline/sdk";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { host, type Host } from "../support/host.ts";
import { findings } from "../support/verdict.ts";

let app: Host;
let foreign: Tracer;
beforeEach(() => {
  app = host();
  foreign = trace.getTracer("host");
});
afterEach(() => app.stop());

const parentOf = (name: string): string | undefined => app.span(name).parentSpanContext?.spanId;
const idOf = (name: string): string => app.span(name).spanContext().spanId;
const linksOf = (name: string): unknown[] =>
  app.span(name).links.map((link) => [link.attributes?.["throughline.link"], link.context.spanId]);

describe("the turn's parent (qwen-code #4486, #4499)", () => {
  test("is the root, where nothing is active", () => {
    session({ id: "1", agent: "a" }).startTurn().end();
    expect(parentOf("invoke_agent a")).toBe(idOf("session a"));
  });

  test("is the root, where an unrelated span is active; that one is linked", () => {
    const s = session({ id: "2", agent: "a" });
    foreign.startActiveSpan("unrelated", (unrelated) => {
      s.turn(() => {});
      unrelated.end();
    });
    expect(parentOf("invoke_agent a")).toBe(idOf("session a"));
    expect(linksOf("invoke_agent a")).toEqual([["ingress", idOf("unrelated")]]);
    expect(findings(app)).toEqual([]);
  });

  test("is the active span, where there is no session: no id is invented, and it is counted", () => {
    const before = health().stepsWithoutSession;
    foreign.startActiveSpan("unrelated", (unrelated) => {
      ambientTurn({ agent: "a" }, (turn) => turn.action({ name: "below" }, () => {}));
      unrelated.end();
    });
    expect(parentOf("invoke_agent a")).toBe(idOf("unrelated"));
    expect(parentOf("action below")).toBe(idOf("invoke_agent a"));
    for (const span of app.spans()) expect(span.attributes).not.toHaveProperty("session.id");
    expect(health().stepsWithoutSession - before).toBe(2);
  });

  test("is the root, also inside a step of another turn", () => {
    session({ id: "3", agent: "a" }, (s) =>
      s.turn((outer) => outer.tool({ name: "ask" }, () => s.turn({ agent: "b" }, () => {}))),
    );
    expect(parentOf("invoke_agent b")).toBe(idOf("session a"));
  });
});

describe("ingress", () => {
  test("the request a session came in with carries the session and links its root (qwen-code #4602, #7003)", () => {
    foreign.startActiveSpan("POST /chat", { kind: SpanKind.SERVER }, (request) => {
      session({ id: "4", agent: "a" }, (s) => s.turn(() => {}));
      request.end();
    });
    expect(app.span("POST /chat").attributes["session.id"]).toBe("4");
    expect(linksOf("POST /chat")).toEqual([["session", idOf("session a")]]);
    expect(linksOf("invoke_agent a")).toEqual([["ingress", idOf("POST /chat")]]);
    expect(findings(app)).toEqual([]);
  });

  test("one that serves several sessions keeps the first", () => {
    foreign.startActiveSpan("batch", { kind: SpanKind.CONSUMER }, (batch) => {
      session({ id: "5" }, (s) => s.turn(() => {}));
      session({ id: "6", agent: "six" }, (s) => s.turn(() => {}));
      batch.end();
    });
    expect(app.span("batch").attributes["session.id"]).toBe("5");
    expect(linksOf("invoke_agent six")).toEqual([["ingress", idOf("batch")]]);
  });
});

describe("the parent of any other step", () => {
  test("is the handle it was asked of, whatever is active (qwen-code #4302)", () => {
    session({ id: "7", agent: "a" }, (s) =>
      s.turn((turn) =>
        turn.tool({ name: "one" }, () => {
          turn.llm({ provider: "p", model: "m" }, () => {});
        }),
      ),
    );
    expect(parentOf("chat m")).toBe(idOf("invoke_agent a"));
  });

  test("is the nearest live step in context for whoever has no handle", () => {
    session({ id: "8" }, (s) =>
      s.turn((turn) =>
        turn.agent({ name: "sub" }, () => llm({ provider: "p", model: "m" }, () => {})),
      ),
    );
    expect(parentOf("chat m")).toBe(idOf("invoke_agent sub"));
  });

  test("two tools at once keep their parts apart (qwen-code #4410, agent-trace #150)", async () => {
    const tick = (): Promise<unknown> => new Promise((done) => setImmediate(done));
    await session({ id: "9" }, (s) =>
      s.turn(async (turn) => {
        const call = (callId: string): Promise<unknown> =>
          turn.tool({ name: "same", callId }, async (tool) => {
            await tick();
            await tool.approval({ source: "human" }, tick);
            await tool.execution(tick);
          });
        await Promise.all([call("c1"), call("c2")]);
      }),
    );
    const tools = new Map(
      app
        .spans()
        .filter((span) => span.name === "execute_tool same")
        .map((span) => [span.spanContext().spanId, span.attributes["gen_ai.tool.call.id"]]),
    );
    expect(tools.size).toBe(2);
    const parts = app.spans().filter((span) => span.name.startsWith("tool."));
    expect(parts).toHaveLength(4);
    for (const part of parts) {
      expect(tools.get(part.parentSpanContext?.spanId ?? "")).toBe(
        part.attributes["gen_ai.tool.call.id"],
      );
    }
  });

  test("is never a step that has ended: its nearest live ancestor is (mellea #1181)", () => {
    session({ id: "10", agent: "a" }, (s) => {
      const turn = s.startTurn();
      const tool = turn.startTool({ name: "t" });
      tool.end();
      tool.startAction({ name: "late" }).end();
      turn.end();
      tool.startAction({ name: "later" }).end();
    });
    expect(parentOf("action late")).toBe(idOf("invoke_agent a"));
    expect(parentOf("action later")).toBe(idOf("session a"));
    expect(app.span("action later").attributes["throughline.turn.index"]).toBe(0);
  });

  test("is a recording span of the host that belongs to the session, where no step is in reach", () => {
    foreign.startActiveSpan("request", (request) => {
      const s = session({ id: "11" });
      s.startAction({ name: "at the door" }).end();
      request.end();
    });
    expect(parentOf("action at the door")).toBe(idOf("request"));
    expect(findings(app)).toEqual([]);
  });

  test("is the root on ROOT_CONTEXT, in the right session (stock processors lose it)", () => {
    const s = session({ id: "12", agent: "a" });
    context.with(ROOT_CONTEXT, () => s.startAction({ name: "detached from all" }).end());
    expect(parentOf("action detached from all")).toBe(idOf("session a"));
    expect(app.span("action detached from all").attributes["session.id"]).toBe("12");
  });
});

describe("detached work", () => {
  test("stands under the root, linked to who asked for it, and may outlive the turn (qwen-code #4410)", async () => {
    const done = Promise.withResolvers<void>();
    session({ id: "13", agent: "a" }, (s) => {
      s.turn((turn) => {
        turn.sidecar({ name: "memory", detached: true }, async (sidecar) => {
          await done.promise;
          sidecar.action({ name: "store" }, () => {});
        });
      });
    });
    done.resolve();
    await new Promise((settled) => setImmediate(settled));
    expect(parentOf("sidecar memory")).toBe(idOf("session a"));
    expect(linksOf("sidecar memory")).toEqual([["invoker", idOf("invoke_agent a")]]);
    expect(parentOf("action store")).toBe(idOf("sidecar memory"));
    expect(app.span("sidecar memory").attributes).not.toHaveProperty("throughline.turn.id");
    expect(findings(app)).toEqual([]);
  });

  test("fails alone: neither the turn nor the process hears of it", async () => {
    const outcome = await session({ id: "14" }, (s) =>
      s.turn(async (turn) => {
        turn.sidecar({ name: "sync", detached: true }, () => {
          throw new Error("expected");
        });
        turn.sidecar({ name: "async", detached: true }, async () => {
          throw new Error("expected");
        });
        return "fine";
      }),
    );
    expect(outcome).toBe("fine");
    await new Promise((settled) => setImmediate(settled));
    for (const name of ["sidecar sync", "sidecar async"]) {
      expect(app.span(name).attributes["throughline.outcome"]).toBe("error");
    }
  });
});

test("an ambient step in a host's own span still finds its session's step first", () => {
  session({ id: "15" }, (s) =>
    s.turn(() =>
      foreign.startActiveSpan(
        "framework",
        (span) => (action({ name: "inner" }, () => {}), span.end()),
      ),
    ),
  );
  expect(parentOf("action inner")).toBe(idOf("invoke_agent"));
});
