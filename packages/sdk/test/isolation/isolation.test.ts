import { sessionRoot } from "@throughline/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { host, type Host } from "../support/host.ts";
import { ambient, bound, handles, owner, type Mode } from "./mode.ts";
import { remote, throughIo, toOthers, type Remote } from "./situations-io.ts";
import { inMemory, type Situation } from "./situations.ts";

let app: Host;
beforeEach(() => {
  app = host();
  remote.spans = [];
  remote.logs = [];
});
afterEach(() => app.stop());

interface Faults {
  /** Carries another session's id, or none. */
  readonly wrong: number;
  readonly none: number;
  /** Stands in a trace that is not its session's. */
  readonly foreign: number;
}

/** Every record says in its name whose work it is. */
function faults(records: readonly Remote[]): Faults & { readonly records: number } {
  let [wrong, none, foreign] = [0, 0, 0];
  for (const { name, sessionId, traceId } of records) {
    const expected = owner(name);
    if (sessionId === undefined) none += 1;
    else if (sessionId !== expected) wrong += 1;
    if (traceId !== sessionRoot(expected).traceId) foreign += 1;
  }
  return { records: records.length, wrong, none, foreign };
}

const bare = (name: string): string => name.replace(/^(session|invoke_agent|action) /, "");

function spansOf(): readonly Remote[] {
  const own = app.spans().map((span) => ({
    name: bare(span.name),
    sessionId: span.attributes["session.id"],
    traceId: span.spanContext().traceId,
  }));
  return [...own, ...remote.spans];
}

function logsOf(): readonly Remote[] {
  const own = app
    .logs()
    .filter((record) => record.eventName === undefined)
    .map((record) => ({
      name: String(record.body),
      sessionId: record.attributes["session.id"],
      traceId: record.spanContext?.traceId,
    }));
  return [...own, ...remote.logs];
}

const none = { wrong: 0, none: 0, foreign: 0 };
const situations = [...inMemory, ...throughIo, ...toOthers];
let runs = 0;
/** New ones each time: a process tells a session's root once. */
function ids(situation: Situation, sessions: number): string[] {
  runs += 1;
  return Array.from({ length: sessions }, (_, i) => `${situation.name.split(" ")[0]}/${runs}/${i}`);
}
/** Threads and processes are dear; there the sessions that share one are what matters. */
const sessionsFor = (situation: Situation): number => (toOthers.includes(situation) ? 50 : 500);

async function run(mode: Mode, situation: Situation): Promise<void> {
  const sessions = ids(situation, sessionsFor(situation));
  await situation.run(mode, sessions);
  // The root and the turn besides whatever the situation does, and nothing lost: each session gave the same number.
  const perSession = new Map<string, number>();
  for (const { name } of spansOf()) {
    const whose = owner(name).replace(/ inner$/, "");
    perSession.set(whose, (perSession.get(whose) ?? 0) + 1);
  }
  expect(perSession.size).toBe(sessions.length);
  expect(new Set(perSession.values()).size).toBe(1);
}

describe.each([handles, bound])("with $name, no session ever gets another's work", (mode) => {
  test.each(situations)("$name", async (situation) => {
    await run(mode, situation);
    expect(faults(spansOf())).toMatchObject(none);
    expect(faults(logsOf())).toMatchObject(none);
    expect(logsOf().length).toBe(spansOf().filter(({ name }) => !name.endsWith("|root")).length);
  });

  test("all situations at once", async () => {
    await Promise.all(situations.map((situation) => situation.run(mode, ids(situation, 25))));
    expect(faults(spansOf())).toMatchObject(none);
    expect(faults(logsOf())).toMatchObject(none);
  });
});

describe("with the ambient session alone", () => {
  test.each(situations.filter((situation) => situation.ambient))(
    "$name: carried",
    async (situation) => {
      await run(ambient, situation);
      expect(faults(spansOf())).toMatchObject(none);
      expect(faults(logsOf())).toMatchObject(none);
    },
  );

  // Kept true because docs/ambient-context.md says so: whoever finds a way to carry one of these changes the page.
  test.each(situations.filter((situation) => !situation.ambient))(
    "$name: not carried",
    async (situation) => {
      await situation.run(ambient, ids(situation, 20));
      const { wrong, none: missing } = faults(spansOf());
      expect(wrong + missing).toBeGreaterThan(0);
    },
  );
});
