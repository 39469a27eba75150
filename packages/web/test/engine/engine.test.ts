import type { Session, SessionRecord } from "@throughline/core/session";
import { expect, test } from "vitest";

import { createEngine, type Engine } from "../../src/engine/engine.ts";
import type { ViewWish } from "../../src/engine/protocol.ts";
import type { Sink, Source } from "../../src/engine/source.ts";
import { log, span } from "../support/records.ts";

const wish: ViewWish = {
  hide: [],
  level: null,
  depth: null,
  toggled: [],
  find: "",
  only: false,
  anchor: null,
};

interface Opened {
  readonly engine: Engine;
  readonly sink: Sink;
}

/** An engine over records that are told by hand. */
function opened(...records: readonly SessionRecord[]): Opened {
  let told: Sink | undefined;
  const source: Source = {
    rest: () => {},
    async read(_session, sink) {
      told = sink;
    },
  };
  const engine = createEngine(source, () => {});
  engine.open("s");
  if (told === undefined) throw new Error("the engine did not read");
  told.records(records);
  return { engine, sink: told };
}

const titles = ({ engine }: Opened): string[] => engine.rows(0, 100).rows.map(({ title }) => title);

test("rows are called what they are, and say what they used", () => {
  const session = opened(
    span({ id: 0, step: "turn", took: 100 }),
    span({
      id: 1,
      under: 0,
      step: "llm",
      name: "chat gpt-5.4",
      attributes: {
        "throughline.step": "llm",
        "gen_ai.request.model": "gpt-5.4",
        "gen_ai.usage.input_tokens": 1_200,
        "gen_ai.usage.output_tokens": 30,
      },
    }),
    log({ id: 2, under: 0, at: 5, body: "hello\u202eolleh" }),
  );
  session.engine.view(wish);
  expect(titles(session)).toEqual(["Turn 1", "gpt-5.4", "hello⟨U+202E⟩olleh"]);
  expect(session.engine.rows(1, 2).rows[0]?.note).toBe("1.2k → 30 tokens");
});

test("a row that somebody looks at is found again when rows came in above it", () => {
  const session = opened(span({ id: 5, step: "turn", at: 100 }), log({ id: 6, under: 5, at: 100 }));
  session.engine.view(wish);
  session.sink.records([span({ id: 1, step: "turn", at: 10 }), log({ id: 2, at: 11 })]);
  return new Promise<void>((resolve) => {
    setTimeout(() => {
      expect(session.engine.view({ ...wish, anchor: "l6" }).anchorIndex).toBe(3);
      resolve();
    }, 300);
  });
});

test("errors are where they happened, not on everything that failed because of them", () => {
  const session = opened(
    span({ id: 0, step: "turn", took: 50, error: true }),
    span({ id: 1, under: 0, step: "tool", error: true }),
    log({ id: 2, under: 1, severity: "error", body: "no money" }),
    span({ id: 3, under: 0, step: "llm", at: 3 }),
  );
  expect(session.engine.view(wish).errors).toEqual([2]);
  expect(session.engine.view({ ...wish, depth: 1 }).errors).toEqual([1]);
  expect(session.engine.rows(1, 2).rows[0]?.errorsBelow).toBe(1);
});

test("a record that is folded away is revealed by opening what stands above it", () => {
  const session = opened(
    span({ id: 0, step: "turn", took: 50 }),
    span({ id: 1, under: 0, step: "tool" }),
    span({ id: 2, under: 1 }),
  );
  session.engine.view({ ...wish, depth: 1 });
  expect(session.engine.reveal("s2")).toEqual({ index: -1, toggled: ["s1"] });
  session.engine.view({ ...wish, depth: 1, toggled: ["s1"] });
  expect(session.engine.reveal("s2")).toEqual({ index: 2, toggled: [] });
  expect(session.engine.reveal("nobody")).toBeNull();
});

test("a value of 5 MB is cut with a word, and copied whole", () => {
  const long = "x".repeat(5_000_000);
  const { engine } = opened(span({ id: 0, attributes: { prompt: long } }));
  const [field] = engine.details("s0")?.attributes ?? [];
  expect(field?.value).toHaveLength(4_000);
  expect(field?.left).toBe(4_996_000);
  expect(engine.whole("s0", ["attributes", "prompt"])).toBe(long);
});

test("a transcript says each message once, however often it is sent again", () => {
  const call = (id: number, at: number, input: readonly object[], output: string) =>
    span({
      id,
      under: 0,
      at,
      step: "llm",
      attributes: {
        "throughline.step": "llm",
        "gen_ai.input.messages": JSON.stringify(input),
        "gen_ai.output.messages": JSON.stringify([
          { role: "assistant", parts: [{ type: "text", content: output }] },
        ]),
      },
    });
  const user = { role: "user", parts: [{ type: "text", content: "refund me" }] };
  const answer = { role: "assistant", parts: [{ type: "text", content: "which order?" }] };
  const { engine } = opened(
    span({ id: 0, step: "turn", took: 50 }),
    call(1, 1, [user], "which order?"),
    call(
      2,
      2,
      [user, answer, { role: "user", parts: [{ type: "text", content: "4711" }] }],
      "done",
    ),
  );
  const said = engine
    .transcript()
    .items.flatMap((item) => (item.kind === "message" ? item.parts.map(({ text }) => text) : []));
  expect(said).toEqual(["refund me", "which order?", "4711", "done"]);
});

test("calls are counted once: the innermost span, and events only of services that tell no spans", () => {
  const usage = { "gen_ai.usage.input_tokens": 10, "gen_ai.usage.output_tokens": 1 };
  const { engine } = opened(
    span({ id: 0, step: "llm", took: 9, attributes: { "throughline.step": "llm", ...usage } }),
    span({ id: 1, under: 0, step: "llm", attributes: { "throughline.step": "llm", ...usage } }),
    log({ id: 2, step: "llm" }),
    log({ id: 3, step: "llm", service: "events-only" }),
  );
  expect(engine.figures().models.map(({ id }) => id)).toEqual(["s1", "l3"]);
});

test("a tool that asks an agent is a call, and so are the tools of that agent", () => {
  const { engine } = opened(
    span({ id: 0, step: "turn", took: 9 }),
    span({ id: 1, under: 0, step: "tool", took: 8, name: "execute_tool ask" }),
    span({ id: 2, under: 1, step: "tool.execution", took: 7 }),
    span({ id: 3, under: 2, step: "agent", took: 6 }),
    span({ id: 4, under: 3, step: "tool", name: "execute_tool search" }),
  );
  expect(engine.figures().tools.map(({ id }) => id)).toEqual(["s1", "s4"]);
  expect(engine.steps().map(({ id }) => id)).toEqual(["s0", "s1", "s3", "s4"]);
});

test("the log shows announcements too, which the tree leaves out", () => {
  const { engine } = opened(
    span({ id: 0, step: "turn" }),
    log({ id: 1, under: 0, step: "span.start", name: "throughline.span.start" }),
    log({ id: 2, under: 0, at: 2, severity: "error", body: "no money" }),
  );
  expect(engine.view(wish).rows).toBe(2);
  expect(engine.logs(null, "").total).toBe(2);
  expect(engine.logs("warn", "").total).toBe(1);
  expect(engine.logs(null, "MONEY").total).toBe(1);
  expect(engine.logLines(0, 9).map(({ text }) => text)).toEqual(["no money"]);
  expect(engine.details("l1")?.record.name).toBe("throughline.span.start");
});

test("a session that says it is over before its records came is no trouble", () => {
  const { engine, sink } = opened();
  sink.session({ id: "s", state: "ended" } as Session);
  sink.complete();
  expect(engine.view(wish)).toMatchObject({ rows: 0, complete: true, errors: [] });
});

test("a layout that says it is complete holds everything that was told before", () => {
  const { engine, sink } = opened(span({ id: 0, step: "turn" }));
  expect(engine.view(wish)).toMatchObject({ records: 1, complete: false });
  sink.records([span({ id: 1, step: "turn", at: 5 })]);
  sink.complete();
  expect(engine.view(wish)).toMatchObject({ records: 2, complete: true });
});
