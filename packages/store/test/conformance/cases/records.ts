import { expect } from "vitest";
import { define, inOrder } from "../definition.ts";
import type { Case } from "../home.ts";
import { allRecords, namesOf, withoutIds } from "../reading.ts";
import { type LogTold, type SpanTold, Story, type Told } from "../story.ts";

/** A session in its own trace: two turns, a sub-agent, tools, logs on and off the spans; most of it keyed. */
function inOneTrace(story: Story): Told[] {
  const session = story.session("s");
  const step = (
    span: string,
    parent: string | undefined,
    kind: string,
    at: number,
    more: Partial<SpanTold> = {},
  ): SpanTold => ({
    trace: "t",
    span,
    parent,
    session,
    at,
    ...more,
    attributes: { "throughline.step": kind, ...more.attributes },
  });
  const line = (body: string, at: number, more: Partial<LogTold> = {}): LogTold => ({
    log: "",
    trace: "t",
    session,
    at,
    body,
    ...more,
  });
  return [
    step("root", undefined, "session", 0),
    step("turn0", "root", "turn", 1, { ms: 50, attributes: { "throughline.turn.id": "first" } }),
    step("chat0", "turn0", "llm", 2, { attributes: { "gen_ai.request.model": "m" } }),
    step("tool0", "turn0", "tool", 4, {
      error: true,
      attributes: { "gen_ai.tool.name": "refund" },
    }),
    step("helper", "turn0", "agent", 5.000_001, { ms: 20 }),
    step("chat1", "helper", "llm", 5.000_002, { session: undefined, service: "worker" }),
    step("turn1", "root", "turn", 60, { attributes: { "throughline.turn.id": "second" } }),
    line("refunded it", 4.5, { on: "tool0", severity: 17 }),
    line("on a span without id", 5.1, { on: "chat1", session: undefined, service: "worker" }),
    line("off the spans", 61, { severity: 5 }),
  ];
}

/** The same shape of work with a trace a turn, in which one record alone carries the id. */
function aTraceATurn(story: Story): Told[] {
  const session = story.session("s");
  return [0, 1, 2].flatMap((n): Told[] => [
    {
      trace: `t${n}`,
      span: `turn${n}`,
      session,
      at: n * 100,
      ms: 90,
      attributes: { "throughline.step": "turn" },
    },
    { trace: `t${n}`, span: `below${n}`, parent: `turn${n}`, at: n * 100 + 1 },
    { trace: `t${n}`, span: `beside${n}`, at: n * 100 + 2 },
    { log: "", trace: `t${n}`, on: `below${n}`, at: n * 100 + 3, body: `line ${n}` },
  ]);
}

export const recordCases: readonly Case[] = [
  {
    title:
      "all records of a session come in order of start, to the nanosecond, in pages of any size",
    async run(home) {
      const story = new Story();
      const told = story.deliveries(inOneTrace(story).toReversed());
      await home.deliver(told);
      const defined = define(told).get(story.session("s"));
      for (const limit of [1, 3, 10, 500]) {
        const records = await allRecords(home.reader, story.session("s"), { limit });
        const times = records.map(({ start_ns }) => BigInt(start_ns));
        expect(times).toEqual(
          times.toSorted((one, other) => (one < other ? -1 : one > other ? 1 : 0)),
        );
        expect(withoutIds(records).toSorted(inOrder)).toEqual(defined?.records);
      }
    },
  },
  {
    title: "a session over several traces shows what inherits and what is joined",
    async run(home) {
      const story = new Story();
      const told = story.oneByOne(aTraceATurn(story));
      await home.deliver(told);
      const records = await allRecords(home.reader, story.session("s"));
      const count = (kind: string): number =>
        records.filter(({ membership }) => membership === kind).length;
      expect([count("carried"), count("inherited"), count("joined")]).toEqual([3, 6, 3]);
      expect(withoutIds(records)).toEqual(define(told).get(story.session("s"))?.records);
    },
  },
  {
    title: "what came before anybody knew its session is shown as soon as that is known",
    async run(home) {
      const story = new Story();
      const [turn, ...others] = aTraceATurn(story).slice(0, 4);
      const before = story.oneByOne(others);
      await home.deliver(before);
      expect(await home.reader.session(story.session("s"))).toBeUndefined();
      const last = story.oneByOne(turn === undefined ? [] : [turn]);
      await home.deliver(last);
      const records = await allRecords(home.reader, story.session("s"));
      expect(withoutIds(records)).toEqual(
        define([...before, ...last]).get(story.session("s"))?.records,
      );
      expect(records).toHaveLength(4);
    },
  },
  {
    title: "detached work that links to a session is shown as linked",
    async run(home) {
      const story = new Story();
      const told = story.deliveries([
        ...aTraceATurn(story).slice(0, 4),
        { trace: "apart", span: "job", at: 50, links: [{ trace: "t0", span: "turn0" }] },
        { trace: "apart", span: "part", parent: "job", at: 51 },
        { log: "", trace: "apart", on: "part", at: 52, body: "working" },
      ]);
      await home.deliver(told);
      const records = await allRecords(home.reader, story.session("s"));
      expect(withoutIds(records)).toEqual(define(told).get(story.session("s"))?.records);
      expect(records.filter(({ membership }) => membership === "linked")).toHaveLength(3);
    },
  },
  {
    title: "in a trace of several sessions each record is shown where its ancestors are",
    async run(home) {
      const story = new Story();
      const told = story.deliveries([
        { trace: "t", span: "a", session: story.session("a"), at: 0 },
        { trace: "t", span: "below a", parent: "a", at: 1 },
        { trace: "t", span: "b", parent: "below a", session: story.session("b"), at: 2 },
        { trace: "t", span: "below b", parent: "b", at: 3 },
        { trace: "t", span: "nobody's", at: 4 },
      ]);
      await home.deliver(told);
      const shown = async (session: string): Promise<string[]> =>
        namesOf(await allRecords(home.reader, story.session(session)));
      expect(await shown("a")).toEqual(["a", "below a"]);
      expect(await shown("b")).toEqual(["b", "below b"]);
    },
  },
  {
    title: "behind its own door a command is one session, whatever ids it mints",
    async run(home) {
      const story = new Story();
      const door = story.session("door");
      const told = story.deliveries(
        [
          { trace: "t", span: "keyed", session: story.session("minted"), at: 0 },
          { trace: "u", span: "bare", at: 1 },
          { log: "", at: 2, body: "no trace at all" },
        ],
        door,
      );
      await home.deliver(told);
      const records = await allRecords(home.reader, door);
      expect(withoutIds(records)).toEqual(define(told).get(door)?.records);
      expect(records.map(({ membership }) => membership)).toEqual(["carried", "joined", "joined"]);
      expect(await home.reader.session(door)).toMatchObject({ aliases: [story.session("minted")] });
      expect(await home.reader.session(story.session("minted"))).toMatchObject({ id: door });
      expect(await allRecords(home.reader, story.session("minted"))).toEqual(records);
    },
  },
  {
    title: "records are filtered by kind, level, errors, service, time, text, attributes and turn",
    async run(home) {
      const story = new Story();
      await home.deliver(story.deliveries(inOneTrace(story)));
      const names = async (query: Parameters<typeof allRecords>[2]): Promise<string[]> =>
        namesOf(await allRecords(home.reader, story.session("s"), { limit: 2, ...query }));
      expect(await names({ kind: "log" })).toEqual([
        "refunded it",
        "on a span without id",
        "off the spans",
      ]);
      expect(await names({ level: "info" })).toEqual([
        "tool0",
        "refunded it",
        "on a span without id",
      ]);
      expect(await names({ level: "info", kind: "log" })).toHaveLength(2);
      expect(await names({ errors: true })).toEqual(["tool0", "refunded it"]);
      expect(await names({ service: "worker" })).toEqual(["chat1", "on a span without id"]);
      expect(await names({ since: story.began + 5, until: story.began + 60 })).toEqual([
        "helper",
        "chat1",
        "on a span without id",
        "turn1",
      ]);
      expect(await names({ grep: "refund" })).toEqual(["tool0", "refunded it"]);
      expect(await names({ grep: "Refund" })).toEqual([]);
      expect(await names({ attributes: { "gen_ai.tool.name": "refund" } })).toEqual(["tool0"]);
      expect(await names({ attributes: { "gen_ai.tool.name": "ref" } })).toEqual([]);
      expect(await names({ turn: "1" })).toEqual(["turn1"]);
      expect(await names({ turn: "second" })).toEqual(["turn1"]);
      expect(await names({ turn: "0", kind: "span" })).toEqual([
        "turn0",
        "chat0",
        "tool0",
        "helper",
        "chat1",
      ]);
      expect(await names({ turn: "first" })).toHaveLength(7);
      expect(await names({ turn: "7" })).toEqual([]);
    },
  },
  {
    title: "an agent is a turn where nothing above it is one",
    async run(home) {
      const story = new Story();
      const session = story.session("s");
      const agent = { "throughline.step": "agent" };
      await home.deliver(
        story.deliveries([
          { trace: "t", span: "server", session, at: 0 },
          { trace: "t", span: "outer", parent: "server", session, at: 1, attributes: agent },
          { trace: "t", span: "inner", parent: "outer", session, at: 2, attributes: agent },
        ]),
      );
      const records = await allRecords(home.reader, session);
      expect(records.map(({ step }) => step)).toEqual([null, "turn", "agent"]);
      expect(await home.reader.session(session)).toMatchObject({ turns: 1 });
    },
  },
  {
    title: "prompts stand for turns where no span does",
    async run(home) {
      const story = new Story();
      const session = story.session("s");
      const event = (log: string, at: number): LogTold => ({
        log,
        session,
        at,
        service: "qwen-code",
      });
      await home.deliver(
        story.deliveries([
          event("qwen-code.config", 0),
          event("qwen-code.user_prompt", 1),
          event("qwen-code.tool_call", 2),
          event("qwen-code.user_prompt", 3),
          event("qwen-code.tool_call", 4),
        ]),
      );
      const at = async (turn: string): Promise<number[]> =>
        (await allRecords(home.reader, session, { turn })).map(
          ({ start_ns }) => Number(BigInt(start_ns) / 1_000_000n) - story.began,
        );
      expect(await at("0")).toEqual([1, 2]);
      expect(await at("1")).toEqual([3, 4]);
    },
  },
  {
    title: "unfinished work is a span without an end, until the span arrives",
    async run(home) {
      const story = new Story();
      const session = story.session("s");
      const announced: LogTold = {
        log: "throughline.span.start",
        trace: "t",
        on: "tool",
        session,
        at: 5,
        attributes: {
          "throughline.step": "tool",
          "throughline.span.name": "execute_tool refund",
          "throughline.span.kind": "internal",
          "throughline.span.parent_id": story.spanId("turn"),
          "throughline.span.start_time_unix_nano": `${BigInt(story.began + 2) * 1_000_000n}`,
        },
      };
      const turn: SpanTold = {
        trace: "t",
        span: "turn",
        session,
        at: 0,
        attributes: { "throughline.step": "turn" },
      };
      const before = story.deliveries([turn, announced, { ...announced, at: 6 }]);
      await home.deliver(before);
      const defined = define(before).get(session);
      const open = await allRecords(home.reader, session);
      expect(withoutIds(open)).toEqual(defined?.records);
      expect(open.map(({ end_ns, kind }) => [kind, end_ns === null])).toEqual([
        ["span", false],
        ["span", true],
        ["log", false],
        ["log", false],
      ]);
      expect(open[1]).toMatchObject({
        name: "execute_tool refund",
        span_id: story.spanId("tool"),
        parent_span_id: story.spanId("turn"),
        outcome: null,
        step: "tool",
      });
      expect((await home.reader.trace(story.traceId("t"))).records).toEqual(open);

      const arrives: SpanTold = {
        trace: "t",
        span: "tool",
        parent: "turn",
        session,
        at: 2,
        attributes: { "throughline.step": "tool" },
      };
      await home.deliver(story.deliveries([arrives]));
      const done = await allRecords(home.reader, session);
      expect(done.map(({ end_ns }) => end_ns === null)).toEqual([false, false, false, false]);
    },
  },
  {
    title: "work that nobody can be at any more is interrupted",
    async run(home) {
      const story = new Story();
      const session = story.session("s");
      await home.deliver(
        story.deliveries([
          {
            log: "throughline.span.start",
            trace: "t",
            on: "tool",
            session,
            at: 5,
            attributes: { "throughline.step": "tool" },
          },
          { log: "session.end", trace: "t", session, at: 9 },
        ]),
      );
      const [open] = await allRecords(home.reader, session, { kind: "span" });
      expect(open).toMatchObject({ end_ns: null, outcome: "interrupted" });
      expect(await home.reader.session(session)).toMatchObject({ state: "ended" });
    },
  },
  {
    title: "what was delivered twice is shown once",
    async run(home) {
      const story = new Story();
      const session = story.session("s");
      const first: SpanTold = { trace: "t", span: "a", session, at: 0 };
      const other: SpanTold = { trace: "t", span: "b", session, at: 1 };
      await home.deliver(story.deliveries([first]));
      await home.deliver(story.deliveries([first]));
      await home.deliver(story.deliveries([first, other]));
      // The same ids, and something else: the first of them counts.
      await home.deliver(story.deliveries([{ ...first, name: "an impostor", at: 2 }]));
      expect(namesOf(await allRecords(home.reader, session))).toEqual(["a", "b"]);
      expect(namesOf((await home.reader.trace(story.traceId("t"))).records)).toEqual(["a", "b"]);
    },
  },
  {
    title: "strange values come back as what JSON can say, and as nothing else",
    async run(home) {
      const story = new Story();
      const session = story.session("s");
      const attributes = {
        ["__proto__"]: "polluted",
        constructor: "own",
        "": "no key",
        big: 2n ** 60n,
        small: -(2n ** 53n),
        nothing: Number.NaN,
        endless: Number.POSITIVE_INFINITY,
        bytes: new Uint8Array([0, 255]),
        list: ["a", 1, [true]],
        text: "\u0000\u001b[31m\u2028</script>😀",
      };
      await home.deliver(
        story.deliveries([
          { trace: "t", span: "a", session, at: 0, attributes },
          { log: "", session, at: 1, body: ["x", 2n ** 60n] },
        ]),
      );
      const [span, log] = await allRecords(home.reader, session);
      expect(Object.entries(span?.attributes ?? {})).toEqual(
        Object.entries({
          "session.id": session,
          ...attributes,
          big: "1152921504606846976",
          small: "-9007199254740992",
          nothing: "NaN",
          endless: "Infinity",
          bytes: "AP8=",
        }),
      );
      expect("polluted" in {}).toBe(false);
      expect(log?.body).toEqual(["x", "1152921504606846976"]);
    },
  },
  {
    title: "a trace shows all its records with the session of each",
    async run(home) {
      const story = new Story();
      await home.deliver(
        story.deliveries([
          { trace: "t", span: "a", session: story.session("a"), at: 0 },
          { trace: "t", span: "below a", parent: "a", at: 1 },
          { trace: "t", span: "b", session: story.session("b"), at: 2 },
          { trace: "t", span: "nobody's", at: 3 },
          { log: "", trace: "t", on: "b", at: 4, body: "said" },
          { trace: "other", span: "c", session: story.session("a"), at: 5 },
        ]),
      );
      const { records } = await home.reader.trace(story.traceId("t"));
      expect(namesOf(records)).toEqual(["a", "below a", "b", "nobody's", "said"]);
      expect(records.map(({ membership }) => membership)).toEqual([
        "carried",
        "inherited",
        "carried",
        "none",
        "inherited",
      ]);
      expect(records.map(({ session_id }) => session_id.slice(0, 1))).toEqual([
        "a",
        "a",
        "b",
        "",
        "b",
      ]);
      expect((await home.reader.trace(story.traceId("t").toUpperCase())).records).toEqual(records);
      expect(await home.reader.trace(story.traceId("nowhere"))).toEqual({
        records: [],
        next: null,
      });
      expect(await home.reader.trace("no trace id")).toEqual({ records: [], next: null });
    },
  },
];
