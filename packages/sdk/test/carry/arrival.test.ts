import { trace } from "@opentelemetry/api";
import { sessionRoot } from "@throughline/core";
import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import {
  Arrival,
  carry,
  configure,
  extract,
  health,
  session,
  type CarrierFields,
} from "@throughline/sdk";

import { host, type Host } from "../support/host.ts";
import { findings } from "../support/verdict.ts";

let app: Host;
beforeEach(() => {
  app = host();
});
afterEach(async () => {
  configure({ trustedHosts: [] });
  await app.stop();
});

/** What another service would send: a tool call of a session of its own. */
function fromElsewhere(id: string = crypto.randomUUID()): { id: string; sent: CarrierFields } {
  return session({ id, agent: "caller" }, (s) =>
    s.turn({ id: "t-1" }, (turn) =>
      turn.tool({ name: "ask", callId: "c1" }, (tool) => ({
        id,
        sent: carry.headers("local", tool),
      })),
    ),
  );
}

describe("from a caller that is believed", () => {
  test("the session goes on, below the span that handed the work over", () => {
    const { id, sent } = fromElsewhere();
    const arrival = extract.headers(sent, { from: "10.0.0.8" });
    expect(arrival).toMatchObject({ trusted: true, sessionId: id });
    arrival.session({ agent: "callee" }, (s) => s.action({ name: "answer" }, () => {}));

    const answer = app.span("action answer");
    const tool = app.span("execute_tool ask");
    expect(answer.attributes).toMatchObject({
      "session.id": id,
      "throughline.turn.id": "t-1",
      "throughline.turn.index": 0,
    });
    expect(answer.parentSpanContext).toMatchObject({
      spanId: tool.spanContext().spanId,
      isRemote: true,
    });
    expect(app.spans().filter(({ name }) => name.startsWith("session"))).toHaveLength(1);
    expect(findings(app)).toEqual([]);
  });

  test("handles find that parent too, and steps inside one another nest as ever", async () => {
    const { sent } = fromElsewhere();
    const s = extract.worker(sent).session();
    s.action({ name: "outer" }, () => s.action({ name: "inner" }, () => {}));
    s.startAction({ name: "alone" }).end();
    const parents = Object.fromEntries(
      ["outer", "inner", "alone"].map((name) => [
        name,
        app.span(`action ${name}`).parentSpanContext?.spanId,
      ]),
    );
    const tool = app.span("execute_tool ask").spanContext().spanId;
    const outer = app.span("action outer").spanContext().spanId;
    expect(parents).toEqual({ outer: tool, inner: outer, alone: tool });
  });

  test("a turn stands at the session's root, linked to the caller's span", () => {
    const { id, sent } = fromElsewhere();
    extract.headers(sent, { trusted: true }).session({ agent: "callee" }, (s) => s.turn(() => {}));
    const turn = app.span("invoke_agent callee");
    const tool = app.span("execute_tool ask");
    expect(turn.parentSpanContext?.spanId).toBe(sessionRoot(id).spanId);
    expect(turn.links.map(({ context }) => context.spanId)).toContain(tool.spanContext().spanId);
    expect(turn.attributes["throughline.turn.index"]).toBe(1);
    expect(findings(app)).toEqual([]);
  });

  test("detached work is linked to the caller's span", async () => {
    const { id, sent } = fromElsewhere();
    extract
      .worker(sent)
      .session()
      .sidecar({ name: "memory", detached: true }, async () => {});
    const sidecar = await vi.waitFor(() => app.span("sidecar memory"));
    const tool = app.span("execute_tool ask");
    expect(sidecar.parentSpanContext?.spanId).toBe(sessionRoot(id).spanId);
    expect(sidecar.links[0]?.context.spanId).toBe(tool.spanContext().spanId);
  });

  test("the sampler's decision comes along", () => {
    const { id, sent } = fromElsewhere();
    const { traceparent = "" } = sent;
    const other = `session-${id}`;
    const unsampled = {
      traceparent: traceparent.replace(/01$/, "00"),
      baggage: `session.id=${other}`,
    };
    extract.worker(unsampled).session({}, (s) => s.action({ name: "silent" }, () => {}));
    expect(app.spans().map(({ name }) => name)).not.toContain("action silent");
  });

  test("without a traceparent the session still goes on", () => {
    const { id } = fromElsewhere();
    const s = extract.payload({ session_id: id }, { trusted: true }).session();
    s.action({ name: "late" }, () => {});
    expect(app.span("action late").attributes["session.id"]).toBe(id);
    expect(app.span("action late").parentSpanContext?.spanId).toBe(sessionRoot(id).spanId);
  });

  test("the span of the host's server takes the session up, and stands between", () => {
    const { id, sent } = fromElsewhere();
    const arrival = extract.headers(sent, { from: "::1" });
    const { remote } = arrival;
    if (remote === undefined) throw new Error("no span context came in");
    trace.getTracer("http").startActiveSpan("POST /ask", { kind: 1 }, (span) => {
      arrival.session({}, (s) => s.action({ name: "served" }, () => {}));
      span.end();
    });
    expect(app.span("POST /ask").attributes["session.id"]).toBe(id);
    expect(app.span("action served").parentSpanContext?.spanId).toBe(
      app.span("POST /ask").spanContext().spanId,
    );
    expect(findings(app)).toEqual([]);
  });

  test("an id in capitals is the same session (qwen-code#8415)", () => {
    const id = "33878ff9-1467-43ef-a692-634a21bbb1bf";
    const sent = { baggage: `session.id=${id.toUpperCase()}` };
    expect(extract.headers(sent, { trusted: true }).sessionId).toBe(id);
  });
});

describe("from anybody else", () => {
  test.each([{}, { from: "203.0.113.9" }, { from: "10.0.0.8", trusted: false }])(
    "%j: a new session begins, linked to where the work came from",
    (sender) => {
      const { id, sent } = fromElsewhere();
      const arrival = extract.headers(sent, sender);
      expect(arrival).toMatchObject({ trusted: false, sessionId: undefined });
      const before = health().untrustedCallers;
      extract.headers(sent, sender);
      expect(health().untrustedCallers).toBe(before + 1);

      const own = arrival.session({ agent: "callee" }, (s) => s.turn(() => s.id));
      expect(own).not.toBe(id);
      const turn = app.span("invoke_agent callee");
      expect(turn.spanContext().traceId).toBe(sessionRoot(own).traceId);
      const tool = app.span("execute_tool ask").spanContext().spanId;
      expect(turn.links.map(({ context }) => context.spanId)).toContain(tool);
      expect(app.span("session callee").links[0]?.context.spanId).toBe(tool);
      expect(findings(app)).toEqual([]);
    },
  );

  test("further callers are believed by name", () => {
    const { id, sent } = fromElsewhere();
    configure({ trustedHosts: [".partner.example"] });
    expect(extract.headers(sent, { from: "a.partner.example" }).sessionId).toBe(id);
  });

  test("the session that the application names goes on", () => {
    const { sent } = fromElsewhere();
    const arrival = extract.headers(sent, { from: "203.0.113.9" });
    expect(arrival.session({ id: "thread-7" }).id).toBe("thread-7");
  });
});

describe("whatever comes in", () => {
  const id = "33878ff9-1467-43ef-a692-634a21bbb1bf";
  const traceparent = "00-4acca441dba8071e51177f7c82fe0d07-00f067aa0ba902b7-01";
  const baggage = `session.id=${id}`;
  const believed = { trusted: true };

  test.each([
    ["Headers", new Headers({ traceparent, baggage })],
    ["a Map", new Map([["baggage", baggage]])],
    ["headers as they were typed", { Traceparent: traceparent, BAGGAGE: baggage }],
    ["several headers of one name", { baggage: ["tenant=a", baggage] }],
    ["bytes, as Kafka hands them out", { baggage: new TextEncoder().encode(baggage) }],
  ])("%s", (_name, fields) => {
    expect(extract.headers(fields, believed).sessionId).toBe(id);
  });

  test("envelopes", () => {
    expect(extract.mcp({ _meta: { baggage } }, believed).sessionId).toBe(id);
    expect(extract.a2a({ metadata: { baggage } }, believed).sessionId).toBe(id);
    expect(extract.cloudEvent({ traceparent, sessionid: id }, believed)).toMatchObject({
      sessionId: id,
      remote: { spanId: "00f067aa0ba902b7" },
    });
    expect(extract.cloudEvent({ "ce-sessionid": id }, believed).sessionId).toBe(id);
    expect(extract.env({ BAGGAGE: baggage }).sessionId).toBe(id);
  });

  test.each([
    { traceparent: "garbage", baggage },
    { traceparent: "00-00000000000000000000000000000000-00f067aa0ba902b7-01", baggage },
  ])("a traceparent that is none breaks nothing (qwen-code#9391): %j", (sent) => {
    const arrival = extract.headers(sent, believed);
    expect(arrival.remote).toBeUndefined();
    expect(arrival.session({}, (s) => s.id)).toBe(id);
  });

  test.each(["../../etc/passwd\u0000", "a\nb", "x".repeat(201), ""])(
    "an id that is none is dropped (qwen-code#8415): %j",
    (bad) => {
      const sent = { baggage: `session.id=${encodeURIComponent(bad)}` };
      const arrival = extract.headers(sent, believed);
      expect(arrival.sessionId).toBeUndefined();
      expect(arrival.session({ id: "own" }).id).toBe("own");
    },
  );

  test("no carrier makes extraction throw", () => {
    const readers = Object.values(extract) as ((carrier: never) => Arrival)[];
    fc.assert(
      fc.property(
        fc.oneof(
          fc.anything(),
          fc.record({ traceparent: fc.anything(), baggage: fc.anything(), _meta: fc.anything() }),
        ),
        (carrier) => {
          for (const read of readers) expect(read(carrier as never)).toBeInstanceOf(Arrival);
        },
      ),
    );
  });

  test("what was carried comes back, whatever the ids are", () => {
    const ids = fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(ids, ids, (sessionId, turnId) => {
        const s = session({ id: sessionId });
        const turn = s.startTurn({ id: turnId });
        const here = [
          extract.headers(carry.headers("local", turn), believed),
          extract.message(carry.message("local", turn), believed),
          extract.worker(structuredClone(carry.worker(turn))),
          extract.env(carry.env(turn, {})),
          extract.mcp(carry.mcp({}, "local", turn), believed),
          extract.a2a(carry.a2a({}, "local", turn), believed),
          extract.cloudEvent(carry.cloudEvent({}, "local", turn), believed),
          extract.payload(carry.payload("local", turn), believed),
        ];
        turn.end();
        expect(new Set(here.map((arrival) => arrival.sessionId))).toEqual(new Set([s.id]));
      }),
    );
  });
});
