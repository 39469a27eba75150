import { EventEmitter } from "node:events";

import { context } from "@opentelemetry/api";
import { currentSession, health, session, tool } from "@throughline/sdk";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { host, type Host } from "../support/host.ts";

let app: Host;
beforeEach(() => {
  app = host();
});
afterEach(() => app.stop());

describe("bind and run", () => {
  test("a bound callback keeps its creator's place, its own this, arguments and arity", () => {
    const emitter = new EventEmitter();
    session({ id: "c1" }, (s) =>
      s.turn((turn) => {
        emitter.on(
          "event",
          s.bind(function (this: EventEmitter, ...args: unknown[]) {
            expect(this).toBe(emitter);
            tool({ name: `heard ${args.join("")}` }, () => {});
          }),
        );
        expect(turn.bind((_a: unknown, _b: unknown, _c: unknown, _d: unknown) => {})).toHaveLength(
          4,
        );
      }),
    );
    emitter.emit("event", 1, 2);
    expect(app.span("execute_tool heard 12").attributes["session.id"]).toBe("c1");
  });

  test("run() takes work into a session, from anywhere", () => {
    const s = session({ id: "c2" });
    const seen = s.run((word: string) => [word, currentSession()?.id], "hello");
    expect(seen).toEqual(["hello", "c2"]);
    const turn = s.startTurn();
    turn.run(() => tool({ name: "t" }, () => {}));
    turn.end();
    expect(app.span("execute_tool t").parentSpanContext?.spanId).toBe(
      app.span("invoke_agent").spanContext().spanId,
    );
  });
});

describe("wrapGenerator", () => {
  test("runs a generator's body, its cleanup and its errors in the owner's context", () => {
    const seen: (string | undefined)[] = [];
    const s = session({ id: "c3" });
    const make = s.wrapGenerator(function* (first: number): Generator<number, string, string> {
      try {
        seen.push(currentSession()?.id);
        const sent = yield first;
        seen.push(`${sent} ${currentSession()?.id}`);
        yield 2;
        return "end";
      } finally {
        seen.push(currentSession()?.id);
      }
    });
    const numbers = make(1);
    expect(numbers.next()).toEqual({ value: 1, done: false });
    expect(numbers.next("sent")).toEqual({ value: 2, done: false });
    expect(numbers.return("early")).toEqual({ value: "early", done: true });
    expect(seen).toEqual(["c3", "sent c3", "c3"]);
    const failing = make(1);
    failing.next();
    expect(() => failing.throw(new Error("expected"))).toThrow("expected");
    expect(seen.at(-1)).toBe("c3");
  });

  test("takes iterables, async iterators and what is no generator at all", async () => {
    const s = session({ id: "c4" });
    const seen: (string | undefined)[] = [];
    const iterable = {
      *[Symbol.iterator]() {
        seen.push(currentSession()?.id);
        yield 1;
      },
    };
    expect([...s.wrapGenerator(iterable)]).toEqual([1]);
    async function* body(): AsyncGenerator<number> {
      await Promise.resolve();
      seen.push(currentSession()?.id);
      yield 1;
    }
    for await (const number of s.wrapGenerator(body())) expect(number).toBe(1);
    expect(seen).toEqual(["c4", "c4"]);
    expect(s.wrapGenerator(7)).toBe(7);
    expect(s.wrapGenerator(null)).toBeNull();
  });
});

test("without a context manager handles carry, and the missing one is named once", async () => {
  await app.stop();
  app = host({ contextManager: false });
  const before = health().contextNotCarried;
  await session({ id: "c5" }, (s) =>
    s.turn(async (turn) => {
      await Promise.resolve();
      expect(currentSession()).toBeUndefined();
      turn.action({ name: "by handle" }, () => {});
    }),
  );
  expect(app.span("action by handle").attributes["session.id"]).toBe("c5");
  expect(health().contextNotCarried).toBeGreaterThan(before);
  expect(app.said.filter((said) => said.includes("no context manager"))).toHaveLength(1);
});

test("a handle beats the ambient session, and that is counted", () => {
  const before = health().ambientOverruled;
  const other = session({ id: "c6" });
  session({ id: "c7" }, (s) => s.turn(() => other.startAction({ name: "of the other" }).end()));
  expect(app.span("action of the other").attributes["session.id"]).toBe("c6");
  expect(health().ambientOverruled - before).toBe(1);
  expect(context.active()).toBeDefined();
});
