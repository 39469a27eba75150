import { configure, session, type Session } from "@throughline/sdk";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { host, type Host } from "../support/host.ts";

let app: Host;
let s: Session;
let sessions = 0;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance", "Date"] });
  app = host();
  s = session({ id: `unfinished ${(sessions += 1)}`, agent: "a" });
});
afterEach(async () => {
  configure({ unfinishedAfterMs: 1_000 });
  vi.useRealTimers();
  await app.stop();
});

const begun = (): unknown[] =>
  app
    .logs()
    .filter((record) => record.eventName === "throughline.span.start")
    .map((record) => record.attributes["throughline.span.name"]);

const loop = (): Promise<void> => new Promise((looped) => setImmediate(looped));

test("session, turn and agent are told at once, with all that a reader needs to show them open", async () => {
  const turn = s.startTurn({ id: "t1" });
  turn.startAgent({ name: "researcher", runId: "r1" });
  await loop();
  expect(begun()).toEqual(["session a", "invoke_agent a", "invoke_agent researcher"]);
  const [, , agent] = app.logs().filter((record) => record.eventName === "throughline.span.start");
  const turnSpan = turn.span?.spanContext();
  expect(agent?.spanContext?.traceId).toBe(turnSpan?.traceId);
  expect(agent?.spanContext?.spanId).not.toBe(turnSpan?.spanId);
  expect(agent?.attributes).toEqual({
    "session.id": s.id,
    "throughline.step": "agent",
    "throughline.turn.id": "t1",
    "throughline.turn.index": 0,
    "throughline.agent.run_id": "r1",
    "gen_ai.agent.name": "researcher",
    "gen_ai.operation.name": "invoke_agent",
    "throughline.span.name": "invoke_agent researcher",
    "throughline.span.kind": "internal",
    "throughline.span.parent_id": turnSpan?.spanId,
    "throughline.span.start_time_unix_nano": expect.stringMatching(/^\d{19}$/),
  });
});

test("what is over before the event loop had its turn needs no announcement", async () => {
  s.turn((turn) => turn.agent({ name: "quick" }, () => {}));
  await loop();
  expect(begun()).toEqual(["session a"]);
});

test("other steps are told once they have been open for a second, with the time they began", async () => {
  const turn = s.startTurn();
  await loop();
  const quick = turn.startTool({ name: "quick" });
  const began = Date.now();
  const slow = turn.startLlm({ provider: "p", model: "slow" });
  vi.advanceTimersByTime(500);
  quick.end();
  const later = turn.startTool({ name: "later" });
  vi.advanceTimersByTime(600);
  expect(begun()).toEqual(["session a", "invoke_agent a", "chat slow"]);
  const told = app.logs().at(-1);
  expect(told?.hrTime[0] ?? 0).toBeCloseTo(began / 1_000, -1);
  expect(told?.attributes).toMatchObject({
    "gen_ai.request.model": "slow",
    "throughline.span.kind": "client",
  });
  vi.advanceTimersByTime(600);
  expect(begun().at(-1)).toBe("execute_tool later");
  slow.end();
  later.end();
  vi.advanceTimersByTime(10_000);
  expect(begun()).toHaveLength(4);
});

test("how long that is can be set", async () => {
  configure({ unfinishedAfterMs: 50 });
  await loop();
  s.startTurn().startTool({ name: "t" });
  vi.advanceTimersByTime(60);
  expect(begun().at(-1)).toBe("execute_tool t");
});
