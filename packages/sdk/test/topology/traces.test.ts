import { context, trace } from "@opentelemetry/api";
import { segmentRoot, sessionRoot } from "@throughline/core";
import {
  SamplingDecision,
  TraceIdRatioBasedSampler,
  type ReadableSpan,
  type Sampler,
} from "@opentelemetry/sdk-trace";
import { configure, health, resume, session, SessionIdGenerator } from "@throughline/sdk";
import { afterEach, describe, expect, test } from "vitest";

import { host, type Host, type HostOptions } from "../support/host.ts";
import { findings } from "../support/verdict.ts";

let app: Host;
const start = (options?: HostOptions): void => {
  app = host(options);
};
afterEach(async () => {
  configure({ maxTraceSpans: 2_000, maxTraceBytes: 4_000_000 });
  await app.stop();
});

const why = (span: ReadableSpan | undefined): unknown[] =>
  span?.links.map((link) => link.attributes?.["throughline.link"]) ?? [];
const stepsOf = (step: string): readonly ReadableSpan[] =>
  app.spans().filter((span) => span.attributes["throughline.step"] === step);

describe('traces: "turn"', () => {
  test("each turn is a trace of its own, linked to the session and to the turn before (qwen-code #4661)", () => {
    start();
    session({ id: "t", traces: "turn" }, (s) => {
      for (let i = 0; i < 3; i++) s.turn((turn) => turn.action({ name: "work" }, () => {}));
    });
    const turns = stepsOf("turn");
    const [root] = stepsOf("session");
    expect(new Set(turns.map((turn) => turn.spanContext().traceId)).size).toBe(3);
    for (const turn of turns) {
      expect(turn.parentSpanContext).toBeUndefined();
      expect(turn.spanContext().traceId).not.toBe(root?.spanContext().traceId);
      expect(turn.links[0]?.context.spanId).toBe(root?.spanContext().spanId);
    }
    expect(turns.map(why)).toEqual([["session"], ["session", "previous"], ["session", "previous"]]);
    expect(findings(app)).toEqual([]);
  });
});

describe("segments", () => {
  test("a full trace makes the next turn open one, with a real root that is linked", () => {
    start();
    configure({ maxTraceSpans: 5, instanceId: "i1" });
    const before = health().segments;
    session({ id: "s", agent: "a" }, (s) => {
      for (let i = 0; i < 5; i++) s.turn((turn) => turn.action({ name: "work" }, () => {}));
    });
    const roots = stepsOf("session").map((span) => span.spanContext());
    expect(roots).toMatchObject([
      sessionRoot("s"),
      segmentRoot("s", "i1", 1),
      segmentRoot("s", "i1", 2),
    ]);
    expect(stepsOf("session").map(why)).toEqual([[], ["session"], ["session", "previous"]]);
    expect(health().segments - before).toBe(2);
    for (const turn of stepsOf("turn")) {
      expect(roots.map((root) => root.spanId)).toContain(turn.parentSpanContext?.spanId);
    }
    expect(findings(app)).toEqual([]);
  });

  test("one turn that is too large alone goes on in a segment, linked to what asked for the work", () => {
    start();
    configure({ maxTraceSpans: 10 });
    session({ id: "large" }, (s) =>
      s.turn((turn) => {
        for (let i = 0; i < 30; i++) {
          turn.tool({ name: "step" }, (tool) => tool.execution(() => {}));
        }
      }),
    );
    const perTrace = new Map<string, number>();
    for (const span of app.spans()) {
      const { traceId } = span.spanContext();
      perTrace.set(traceId, (perTrace.get(traceId) ?? 0) + 1);
    }
    expect(Math.max(...perTrace.values())).toBeLessThanOrEqual(12);
    expect(perTrace.size).toBeGreaterThanOrEqual(6);
    const moved = stepsOf("tool").filter((tool) => why(tool).includes("invoker"));
    expect(moved.length).toBeGreaterThan(10);
    expect(
      new Set(stepsOf("tool").map((tool) => tool.attributes["throughline.turn.id"])).size,
    ).toBe(1);
    expect(findings(app)).toEqual([]);
  });

  test("also where a turn has a trace of its own", () => {
    start();
    configure({ maxTraceSpans: 5 });
    session({ id: "large turn", traces: "turn" }, (s) =>
      s.turn((turn) => {
        for (let i = 0; i < 12; i++) turn.action({ name: "step" }, () => {});
      }),
    );
    expect(stepsOf("session").length).toBeGreaterThanOrEqual(3);
    expect(findings(app)).toEqual([]);
  });

  test("bytes count as well, the host's spans too", () => {
    start();
    configure({ maxTraceBytes: 10_000 });
    const s = session({ id: "bytes" });
    s.turn(() => {
      const tracer = trace.getTracer("host");
      for (let i = 0; i < 10; i++) {
        tracer.startActiveSpan("db", (span) => {
          span.setAttribute("db.query.text", "x".repeat(1_000));
          span.end();
        });
      }
    });
    s.turn(() => {});
    expect(stepsOf("session")).toHaveLength(2);
  });
});

describe("sampling", () => {
  class Asked implements Sampler {
    readonly asked: string[] = [];
    readonly answer: 0 | 2;
    constructor(answer: 0 | 2) {
      this.answer = answer;
    }
    shouldSample(ctx: Parameters<Sampler["shouldSample"]>[0], _traceId: string, name: string) {
      const parent = trace.getSpanContext(ctx);
      if (parent !== undefined) return { decision: (parent.traceFlags & 1) === 1 ? 2 : 0 };
      this.asked.push(name);
      return { decision: this.answer };
    }
  }

  const work = (s: ReturnType<typeof session>): void => {
    for (let i = 0; i < 3; i++) s.turn((turn) => turn.action({ name: "work" }, () => {}));
  };

  for (const traces of ["session", "turn"] as const) {
    test(`the host's sampler is asked once a session, and a no holds for all of it (traces: ${traces})`, () => {
      const sampler = new Asked(0);
      start({ sampler });
      work(session({ id: `unsampled ${traces}`, agent: "a", traces }));
      work(session({ id: `unsampled ${traces}`, agent: "a", traces }));
      expect(sampler.asked).toEqual(["session a"]);
      expect(app.spans()).toEqual([]);
    });

    test(`a yes too (traces: ${traces}; qwen-code #4212: a fixed flag bypassed the sampler)`, () => {
      const sampler = new Asked(2);
      start({ sampler });
      configure({ maxTraceSpans: 3 });
      work(session({ id: `sampled ${traces}`, agent: "a", traces }));
      expect(sampler.asked).toEqual(["session a"]);
      expect(stepsOf("turn")).toHaveLength(3);
    });

    test(`a resumed session asks with its first span (traces: ${traces})`, () => {
      const sampler = new Asked(0);
      start({ sampler });
      work(resume(`resumed ${traces}`, { traces }));
      expect(sampler.asked).toHaveLength(1);
      expect(app.spans()).toEqual([]);
    });
  }

  test("a resumed session follows what a carrier knows", () => {
    const sampler = new Asked(2);
    start({ sampler });
    work(resume("carried no", { sampled: false }));
    expect(sampler.asked).toEqual([]);
    expect(app.spans()).toEqual([]);
  });

  test("a ratio sampler that looks at trace ids decides on the derived one, given an id generator", () => {
    const decisions = (options: HostOptions): boolean[] => {
      start(options);
      const ids = Array.from({ length: 40 }, (_, i) => `ratio ${i} ${options.bare}`);
      for (const id of ids) session({ id });
      return ids.map((id) => app.spans().some((span) => span.attributes["session.id"] === id));
    };
    const sampler = new TraceIdRatioBasedSampler(0.5);
    const sampled = decisions({ sampler, idGenerator: new SessionIdGenerator() });
    const expected = Array.from({ length: 40 }, (_, i) => {
      const { traceId } = sessionRoot(`ratio ${i} undefined`);
      const { decision } = sampler.shouldSample(context.active(), traceId);
      return decision === SamplingDecision.RECORD_AND_SAMPLED;
    });
    expect(sampled).toEqual(expected);
  });
});

describe("hosts that can't place spans", () => {
  test("roots keep random ids, turns stand under them, and it is said once", () => {
    start({ bare: true });
    const before = health().unplacedRoots;
    session({ id: "u1", agent: "a" }, (s) => s.turn(() => {}));
    session({ id: "u2" });
    const [root] = stepsOf("session");
    expect(root?.spanContext().traceId).not.toBe(sessionRoot("u1").traceId);
    expect(root?.links[0]?.context).toMatchObject(sessionRoot("u1"));
    expect(app.span("invoke_agent a").parentSpanContext?.spanId).toBe(root?.spanContext().spanId);
    expect(health().unplacedRoots - before).toBe(2);
    expect(app.said.filter((said) => said.includes("SessionSpanProcessor"))).toHaveLength(1);
  });

  test("a resumed session never hangs on a root it can't name", () => {
    start({ bare: true });
    resume("u3", { agent: "a" }).turn(() => {});
    const [turn] = stepsOf("turn");
    expect(turn?.parentSpanContext).toBeUndefined();
    expect(turn?.links[0]?.context).toMatchObject(sessionRoot("u3"));
  });
});

test("a session that was opened before the host set up its SDK tells its root with the first step", async () => {
  start();
  await app.stop();
  const early = session({ id: "early", agent: "a" });
  early.turn(() => {});
  start();
  early.turn((turn) => turn.action({ name: "work" }, () => {}));
  expect(app.spans().map((span) => span.name)).toEqual([
    "session a",
    "action work",
    "invoke_agent a",
  ]);
  expect(findings(app)).toEqual([]);
});

test("spans that the host starts in a resumed session's context find their place too", () => {
  start();
  resume("r1").run(() => trace.getTracer("host").startSpan("query").end());
  const query = app.span("query");
  expect(query.spanContext().traceId).toBe(sessionRoot("r1").traceId);
  expect(query.parentSpanContext).toMatchObject({
    spanId: sessionRoot("r1").spanId,
    isRemote: true,
  });
});
