import { sessionRoot } from "@throughline/core";
import { createVerifier, type Finding, type Verifier } from "@throughline/core/verify";
import { describe, expect, test } from "vitest";

import { perform } from "./perform.ts";
import {
  announced,
  ended,
  home,
  id,
  line,
  llm,
  root,
  session,
  sessionSpan,
  stamped,
  started,
  trace,
  turn,
  without,
} from "./scene.ts";
import type { SessionPlan } from "./session-plan.ts";
import { link, log, resource, span } from "./telemetry.ts";

const minute = 60_000;

function rulesOf({ findings }: { readonly findings: readonly Finding[] }): readonly string[] {
  return findings.map(({ rule }) => rule);
}

function addAll(verifier: Verifier, ...records: Parameters<Verifier["add"]>[0][]): void {
  for (const record of records) verifier.add(record);
}

describe("a live verifier waits for what is missing", () => {
  test("until the session was silent for 15 minutes", () => {
    const verifier = createVerifier();
    verifier.advance(0);
    addAll(verifier, sessionSpan, llm());
    verifier.advance(14 * minute);
    expect(rulesOf(verifier.report())).toEqual([]);
    verifier.advance(15 * minute);
    expect(rulesOf(verifier.report())).toEqual(["C05"]);
  });

  test("and what arrives in time is not missing", () => {
    const verifier = createVerifier();
    verifier.advance(0);
    addAll(verifier, sessionSpan, announced(turn), llm());
    verifier.advance(14 * minute);
    addAll(verifier, turn);
    verifier.advance(40 * minute);
    expect(verifier.report().findings).toEqual([]);
  });

  test("for a shorter time if told so", () => {
    const verifier = createVerifier({ silenceMs: 1_000 });
    verifier.advance(0);
    addAll(verifier, sessionSpan, announced(turn));
    verifier.advance(1_000);
    expect(rulesOf(verifier.report())).toEqual(["C11"]);
  });

  test("a session that ended is decided once the exporters had time to send the rest", () => {
    const verifier = createVerifier();
    verifier.advance(0);
    addAll(verifier, started, llm(), ended);
    verifier.advance(5_000);
    addAll(verifier, turn, sessionSpan);
    verifier.advance(20_000);
    expect(verifier.report().findings).toEqual([]);
    addAll(verifier, line());
    expect(verifier.report().summary.late).toBe(1);
  });

  test("telemetry of no session is decided after the same silence", () => {
    const verifier = createVerifier();
    verifier.advance(0);
    addAll(verifier, without(llm(), "session.id"));
    verifier.advance(15 * minute);
    expect(rulesOf(verifier.report())).toEqual(["C12"]);
  });

  test("one session can be decided without the others", () => {
    const verifier = createVerifier();
    addAll(verifier, turn);
    addAll(
      verifier,
      stamped({ traceId: trace("a"), parentSpanId: id("b"), attributes: { "session.id": "s2" } }),
    );
    verifier.settle(session);
    expect(verifier.report().findings.map(({ name }) => name)).toEqual(["invoke_agent support"]);
    expect(rulesOf(verifier.finish())).toEqual(["C05", "C05"]);
  });
});

describe("a session that goes on after it was decided", () => {
  test("is not blamed for what was seen before", () => {
    const verifier = createVerifier();
    addAll(verifier, started, ...home, ended);
    verifier.settle(session);
    addAll(
      verifier,
      started,
      { ...turn, spanId: id("a") },
      llm({}, { parentSpanId: id("a") }),
      ended,
    );
    const { findings, summary } = verifier.finish();
    expect(findings).toEqual([]);
    expect(summary).toMatchObject({ sessions: 1, late: 4 });
  });

  test("is still blamed for what it says now", () => {
    const verifier = createVerifier();
    addAll(verifier, started, ...home, ended);
    verifier.settle(session);
    addAll(verifier, without(llm(), "session.id", "gen_ai.request.model"), ended);
    expect(rulesOf(verifier.finish())).toEqual(["C01", "C08"]);
  });
});

describe("ids that turn out to be one session", () => {
  test("are one from the start", () => {
    const verifier = createVerifier();
    const run = (given: Parameters<typeof stamped>[0], id: string) =>
      stamped({ traceId: trace("a"), ...given, attributes: { "session.id": id } });
    addAll(
      verifier,
      run({ spanId: id("a"), name: "wrapper" }, "run-7"),
      run({ spanId: id("b"), parentSpanId: id("a"), name: "agent" }, "thread-1"),
      run(
        { traceId: trace("b"), spanId: id("c"), links: [link(sessionRoot("run-7"), "session")] },
        "thread-1",
      ),
    );
    const minted = run({ spanId: id("d"), parentSpanId: id("b"), name: "tool" }, "thread-1");
    verifier.add(minted, { door: "run-7" });
    const { findings, summary } = verifier.finish();
    expect(findings.map(({ name, rule }) => `${rule} ${name}`)).toEqual([
      // The command made a trace of its own before the session's; and the root that is linked to never came.
      "C07 wrapper",
      "C05 work",
    ]);
    expect(summary.sessions).toBe(1);
  });
});

describe("bounded memory", () => {
  const plan: SessionPlan = {
    topology: "session",
    capture: "off",
    channel: "cli",
    movesAfter: undefined,
    segmentsAfter: undefined,
    turns: [
      { ingress: true, outcome: "ok", steps: [{ step: "agent", detached: true, inside: [] }] },
      { ingress: false, outcome: "error", steps: [{ step: "delegation", answer: "own session" }] },
    ],
  };

  test("more sessions than can be held: the oldest are decided, and nothing is made up", () => {
    const verifier = createVerifier({ capacity: 500 });
    for (let seed = 1; seed <= 200; seed++) addAll(verifier, ...perform(plan, seed));
    const { findings, summary } = verifier.finish();
    expect(findings).toEqual([]);
    expect(summary.decided_early).toBeGreaterThan(100);
    expect(summary.sessions).toBe(400);
  });

  test("one trace larger than can be held", () => {
    const verifier = createVerifier({ capacity: 1_000, levels: { C19: "off" } });
    addAll(verifier, ...home);
    for (let n = 0; n < 10_000; n++)
      addAll(verifier, llm({}, { spanId: n.toString(16).padStart(16, "0") }));
    const { findings, summary } = verifier.finish();
    expect(findings).toEqual([]);
    expect(summary).toMatchObject({ records: 10_002, membership: { carried: 10_002 } });
  });

  test("a session for each line, without any trace", () => {
    const verifier = createVerifier({ capacity: 100 });
    for (let n = 0; n < 5_000; n++)
      addAll(verifier, log({ traceId: "", spanId: "", attributes: { "session.id": `s${n}` } }));
    addAll(verifier, log({ traceId: "", spanId: "", attributes: { "session.id": "s0" } }));
    const { findings, summary } = verifier.finish();
    expect(findings.map(({ count, rule }) => [rule, count])).toEqual([["C03", 5_001]]);
    expect(summary.sessions).toBe(5_000);
  });

  test("names with ids in them do not make a finding each", () => {
    const verifier = createVerifier();
    for (let n = 0; n < 3_000; n++)
      addAll(
        verifier,
        span({
          name: `chat for user ${n}`,
          attributes: { "gen_ai.operation.name": "chat", "session.id": session },
        }),
      );
    const { findings } = verifier.finish();
    expect(findings.length).toBeLessThan(1_100);
    const all = findings.filter(({ level, rule }) => rule === "C08" && level === "violation");
    expect(all.reduce((sum, { count }) => sum + count, 0)).toBe(3_000);
    expect(all.map(({ name }) => name)).toContain("(further names)");
  });
});

describe("hostile telemetry", () => {
  test("50,000 levels, a circle of parents, thousands of sessions in one trace", () => {
    const verifier = createVerifier({ levels: { C19: "off" } });
    for (let n = 0; n < 50_000; n++)
      addAll(
        verifier,
        span({
          traceId: trace("a"),
          spanId: n.toString(16).padStart(16, "0"),
          parentSpanId: ((n + 1) % 50_000).toString(16).padStart(16, "0"),
          attributes: { "session.id": n === 0 ? session : undefined },
        }),
      );
    for (let n = 0; n < 5_000; n++)
      addAll(
        verifier,
        span({
          traceId: trace("b"),
          spanId: n.toString(16).padStart(16, "0"),
          parentSpanId: n === 0 ? "" : (n - 1).toString(16).padStart(16, "0"),
          attributes: { "session.id": `s${n}` },
          links: [{ traceId: root.traceId, spanId: root.spanId, attributes: Object.create(null) }],
        }),
      );
    const { findings, summary } = verifier.finish();
    expect(new Set(rulesOf({ findings }))).toEqual(new Set(["C01", "C04"]));
    expect(summary.membership.inherited).toBe(49_999);
  });

  test("keys and values of any kind", () => {
    const verifier = createVerifier();
    const attributes = Object.create(null);
    Object.defineProperty(attributes, "__proto__", { value: "x", enumerable: true });
    attributes["session.id"] = [session];
    attributes["gen_ai.operation.name"] = 7n;
    attributes["throughline.step"] = "constructor";
    attributes["throughline.outcome"] = Object.create(null);
    verifier.add({ ...span({}), attributes, links: [], startNs: 2n ** 64n, endNs: 2n ** 64n });
    verifier.add({ ...log({}), attributes, body: [new Uint8Array([1]), [[null]]] });
    const { findings } = verifier.finish();
    expect(findings.map(({ rule, message }) => [rule, message])).toEqual([
      ["C01", "The session.id of this span is no text: nobody takes it up."],
      ["C01", "The session.id of this log record is no text: nobody takes it up."],
    ]);
  });
});

describe("a finding", () => {
  test("says who, where, how often, and what to do", () => {
    const verifier = createVerifier();
    const from = resource("billing");
    for (let n = 0; n < 7; n++)
      verifier.add(
        {
          ...log({
            spanId: "",
            eventName: "refund.failed",
            scope: "pino",
            resource: from,
            attributes: {
              "session.id": session,
              "code.file.path": "src/refund.ts",
              "code.line.number": 42,
              "code.function.name": "refund",
            },
          }),
        },
        { recordId: `r${n}` },
      );
    const { findings, summary } = verifier.finish();
    expect(findings).toEqual([
      {
        rule: "C03",
        level: "violation",
        fault: "missing",
        message: expect.stringContaining("no span id"),
        fix: expect.stringContaining("s.log"),
        service: "billing",
        scope: "pino",
        name: "refund.failed",
        count: 7,
        examples: [0, 1, 2, 3, 4].map((n) => ({
          trace_id: "10".repeat(16),
          span_id: "",
          record_id: `r${n}`,
        })),
        code: { file: "src/refund.ts", line: 42, function: "refund" },
      },
    ]);
    expect(summary).toEqual({
      services: [{ service: "billing", spans: 0, logs: 7, calls: 0, tools: 0 }],
      records: 7,
      spans: 0,
      logs: 7,
      sessions: 1,
      membership: { carried: 7, inherited: 0, joined: 0, linked: 0, none: 0 },
      findings: { violation: 1, improvement: 0, information: 0 },
      late: 0,
      decided_early: 0,
    });
  });

  test("comes worst first", () => {
    const verifier = createVerifier();
    addAll(
      verifier,
      started,
      ...home,
      llm({ "gen_ai.system": "openai" }),
      without(line(), "session.id"),
    );
    expect(verifier.finish().findings.map(({ level, rule }) => `${rule} ${level}`)).toEqual([
      "C01 violation",
      "C18 improvement",
      "C11 information",
    ]);
  });

  test("is as loud as it was told to be", () => {
    const verifier = createVerifier({ levels: { C01: "information", C18: "off" } });
    addAll(verifier, ...home, llm({ "gen_ai.system": "openai" }), without(line(), "session.id"));
    expect(verifier.finish().findings.map(({ level, rule }) => `${rule} ${level}`)).toEqual([
      "C01 information",
    ]);
  });

  test("secrets of one's own can be told", () => {
    const verifier = createVerifier({
      secretsIn: (text) => (text.includes("TICKET-") ? ["ticket"] : []),
    });
    addAll(verifier, ...home, line({ body: "see TICKET-7" }));
    expect(verifier.finish().findings.map(({ message }) => message)).toEqual([
      "A value in the body has the shape of a secret (ticket).",
    ]);
  });
});
