import {
  context,
  logs,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  trace,
  type Tracer,
} from "@opentelemetry/api";
import { ameideProfile, defaultProfile, sessionRoot } from "@throughline/core";
import type { LogRecordProcessor } from "@opentelemetry/sdk-logs";
import { InMemorySpanExporter, type SpanProcessor } from "@opentelemetry/sdk-trace";
import { configure, health, protect, session, sessionOfSpan } from "@throughline/sdk";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { host, type Host, type HostOptions } from "../support/host.ts";
import { findings } from "../support/verdict.ts";

let app: Host;
let foreign: Tracer;
const start = (options?: HostOptions): void => {
  app = host(options);
  foreign = trace.getTracer("host");
};
beforeEach(() => start());
afterEach(() => app.stop());

const restart = async (options: HostOptions): Promise<void> => {
  await app.stop();
  start(options);
};

describe("what the host emits inside a session", () => {
  test("spans carry session, turn and agent run, at any depth", async () => {
    await session({ id: "s1" }, (s) =>
      s.turn({ id: "t1" }, (turn) =>
        turn.agent({ name: "researcher", runId: "r1" }, async () => {
          await new Promise((done) => setTimeout(done, 1));
          foreign.startActiveSpan("http", (http) => {
            foreign.startSpan("dns").end();
            http.end();
          });
        }),
      ),
    );
    for (const name of ["http", "dns"]) {
      expect(app.span(name).attributes).toMatchObject({
        "session.id": "s1",
        "throughline.turn.id": "t1",
        "throughline.turn.index": 0,
        "throughline.agent.run_id": "r1",
        "gen_ai.agent.name": "researcher",
      });
    }
    expect(findings(app)).toEqual([]);
  });

  test("log records carry session, channel, trace and span, also on no span at all (agentops: no log signal)", () => {
    const logger = logs.getLogger("host");
    session({ id: "s2", channel: { type: "cli" } }, (s) => {
      s.turn((turn) => {
        logger.emit({ body: "in the turn" });
        context.with(trace.deleteSpan(context.active()), () => logger.emit({ body: "on no span" }));
        expect(turn.span?.isRecording()).toBe(true);
      });
      logger.emit({ body: "outside of a turn" });
    });
    const [inTurn, onNoSpan, outside] = app.logs().filter((record) => record.body !== undefined);
    expect(inTurn?.attributes).toMatchObject({
      "session.id": "s2",
      "throughline.channel.type": "cli",
    });
    expect(inTurn?.spanContext?.spanId).toBe(app.span("invoke_agent").spanContext().spanId);
    expect(onNoSpan?.spanContext).toMatchObject(sessionRoot("s2"));
    expect(outside?.spanContext).toMatchObject(sessionRoot("s2"));
    expect(findings(app)).toEqual([]);
  });

  test("children of a stamped span inherit it where nothing else says whose they are", () => {
    const request = foreign.startSpan("request");
    context.with(trace.setSpan(ROOT_CONTEXT, request), () => void session({ id: "s3" }));
    foreign.startSpan("later, on a bare context", {}, trace.setSpan(ROOT_CONTEXT, request)).end();
    request.end();
    expect(app.span("later, on a bare context").attributes["session.id"]).toBe("s3");
  });

  test("spans outside of any session stay as they are", () => {
    session({ id: "s4" });
    foreign.startSpan("unrelated").end();
    expect(app.span("unrelated").attributes).toEqual({});
  });
});

describe("baggage of a caller", () => {
  const incoming = (entries: { [key: string]: string }): ReturnType<typeof context.active> => {
    const baggage = propagation.createBaggage(
      Object.fromEntries(Object.entries(entries).map(([key, value]) => [key, { value }])),
    );
    const caller = { ...sessionRoot("remote"), traceFlags: 1, isRemote: true };
    return trace.setSpanContext(propagation.setBaggage(ROOT_CONTEXT, baggage), caller);
  };

  test("is written on the server's span and below (C20)", () => {
    const ids = {
      "session.id": "remote",
      "throughline.turn.id": "t9",
      "throughline.turn.index": "3",
    };
    const server = foreign.startSpan("GET /", { kind: SpanKind.SERVER }, incoming(ids));
    foreign.startSpan("below", {}, trace.setSpan(incoming(ids), server)).end();
    server.end();
    for (const name of ["GET /", "below"]) {
      expect(app.span(name).attributes).toEqual({
        "session.id": "remote",
        "throughline.turn.id": "t9",
        "throughline.turn.index": 3,
      });
    }
  });

  test("with an id that is none is dropped and counted", () => {
    const before = health().rejectedIds;
    foreign.startSpan("GET /", {}, incoming({ "session.id": "a\u0000b" })).end();
    expect(app.span("GET /").attributes).toEqual({});
    expect(health().rejectedIds - before).toBe(1);
  });

  test("never leaks into another session that is opened inside", () => {
    context.with(incoming({ "session.id": "remote", other: "kept" }), () => {
      session({ id: "own" }, () => {
        const baggage = propagation.getActiveBaggage();
        expect(baggage?.getEntry("session.id")).toBeUndefined();
        expect(baggage?.getEntry("other")?.value).toBe("kept");
      });
    });
  });
});

describe("ids that something overwrites", () => {
  const processor = (hooks: Partial<SpanProcessor>): SpanProcessor => ({
    onStart() {},
    onEnd() {},
    forceFlush: async () => {},
    shutdown: async () => {},
    ...hooks,
  });
  const work = (id: string): void => {
    session({ id, agent: "a" }, (s) =>
      s.turn((turn) => {
        turn.set({ "session.id": "theirs" });
        foreign.startSpan("framework", { attributes: { "session.id": "theirs" } }).end();
      }),
    );
  };
  const ids = (): unknown[] => app.spans().map((span) => span.attributes["session.id"]);

  test("while the span lives: put back before it ends", () => {
    const before = health().restoredIds;
    work("mine");
    expect(ids()).toEqual(["mine", "mine", "mine"]);
    expect(health().restoredIds - before).toBe(2);
  });

  test("while it ends, by a processor behind ours: put back in front of the exporter", async () => {
    const last = processor({ onEnding: (span) => void span.setAttribute("session.id", "theirs") });
    await restart({ spanProcessors: [last] });
    work("not protected");
    expect(ids()).toEqual(["theirs", "theirs", "theirs"]);

    await restart({ spanProcessors: [last], exporter: (memory) => protect(memory) });
    session({ id: "mine again", agent: "b" }, (s) => s.turn(() => {}));
    expect(ids()).toEqual(["mine again", "mine again"]);
    expect(app.span("session b").name).toBe("session b");
    expect(app.span("session b").duration).toHaveLength(2);
  });

  test("on log records too", async () => {
    const overwriting: LogRecordProcessor = {
      onEmit: (record) => void record.setAttribute("session.id", "theirs"),
      forceFlush: async () => {},
      shutdown: async () => {},
    };
    await restart({ logProcessors: [overwriting] });
    const seen: unknown[] = [];
    const exporter = protect({
      export: (records: readonly { attributes: { [key: string]: unknown } }[]) =>
        void seen.push(...records.map((record) => record.attributes["session.id"])),
    });
    session({ id: "mine logs" }, (s) => s.log.info("hello"));
    exporter.export(app.logs());
    expect(new Set(seen)).toEqual(new Set(["mine logs"]));
  });

  test("an id that the host itself wrote outside of any session is the host's", () => {
    const before = health().restoredIds;
    const span = foreign.startSpan("by hand", { attributes: { "session.id": "hand" } });
    span.setAttribute("session.id", "other hand");
    span.end();
    expect(app.span("by hand").attributes["session.id"]).toBe("other hand");
    expect(health().restoredIds).toBe(before);
  });

  test("an encoder can ask whose span it is", () => {
    work("known");
    expect(app.spans().map((span) => sessionOfSpan(span))).toEqual(["known", "known", "known"]);
    expect(sessionOfSpan(foreign.startSpan("nobody's"))).toBeUndefined();
  });
});

describe("a profile", () => {
  afterEach(() => configure({ profile: defaultProfile }));

  test("renames the key on spans and logs, and changes no rule", () => {
    configure({ profile: ameideProfile });
    session({ id: "p1" }, (s) =>
      s.turn((turn) => (foreign.startSpan("host").end(), turn.log.info("hi"))),
    );
    for (const span of app.spans()) {
      expect(span.attributes["ameide.session_id"]).toBe("p1");
      expect(span.attributes).not.toHaveProperty("session.id");
    }
    for (const record of app.logs()) expect(record.attributes["ameide_session_id"]).toBe("p1");
  });
});

test("an exporter keeps its own methods and state behind protect()", async () => {
  const memory = new InMemorySpanExporter();
  const guarded = protect(memory);
  expect(guarded.getFinishedSpans()).toEqual([]);
  guarded.reset();
  await guarded.shutdown();
});
