import { afterEach, beforeEach, expect, test } from "vitest";

import {
  BudgetExceeded,
  budgets,
  cost,
  session,
  use,
  type Place,
  type Plugin,
} from "@throughline/sdk";

import { host, type Host } from "../support/host.ts";
import { findings } from "../support/verdict.ts";

let app: Host;
let id: string;
const plugged: (() => void)[] = [];
const plug = (plugin: Plugin): void => void plugged.push(use(plugin));
beforeEach(() => {
  app = host();
  id = crypto.randomUUID();
});
afterEach(() => {
  for (const unplug of plugged.splice(0)) unplug();
  return app.stop();
});

const ask = (place: Place, inputTokens: number, model = "m"): void =>
  place.llm({ provider: "p", model }, (call) => {
    call.response({ usage: { inputTokens, outputTokens: 0 } });
  });

test("tool calls: the one too many is asked to stop, is marked, and an event says so, once", async () => {
  plug(budgets({ turn: { toolCalls: 2 } }));
  await session({ id, agent: "a" }, (s) =>
    s.turn(async (turn) => {
      for (const name of ["one", "two"]) {
        turn.tool({ name }, (tool) => expect(tool.signal.aborted).toBe(false));
      }
      turn.tool({ name: "three" }, (tool) => {
        expect(tool.signal.reason).toEqual(new BudgetExceeded("turn", "tool_calls", 2, 3));
      });
      turn.tool({ name: "four" }, () => {});
      // Only this turn is over its budget.
      expect(s.signal.aborted).toBe(false);
    }),
  );
  expect(app.span("execute_tool three").attributes).toMatchObject({
    "throughline.budget.kind": "tool_calls",
    "throughline.budget.scope": "turn",
    "throughline.budget.limit": 2,
    "throughline.budget.spent": 3,
    "throughline.outcome": "cancelled",
  });
  const events = app.logs().filter(({ eventName }) => eventName === "throughline.budget.exceeded");
  expect(events).toHaveLength(1);
  expect(events[0]).toMatchObject({
    severityText: "WARN",
    body: "this turn may use 2 tool calls and has used 3",
    spanContext: { spanId: app.span("execute_tool three").spanContext().spanId },
    attributes: { "session.id": id, "throughline.budget.kind": "tool_calls" },
  });
  expect(app.span("execute_tool four").attributes).not.toHaveProperty("throughline.budget.kind");
  expect(findings(app)).toEqual([]);
});

test("tokens of a whole session, over all its turns, background work included", async () => {
  plug(budgets({ session: { tokens: 1_000 } }));
  const s = session({ id });
  s.turn((turn) => ask(turn, 600));
  expect(s.signal.aborted).toBe(false);
  const seen = s.signal;
  await new Promise<void>((done) => {
    s.turn((turn) =>
      turn.sidecar({ name: "title", detached: true }, async (sidecar) => {
        ask(sidecar, 500);
        done();
      }),
    );
  });
  expect(seen.reason).toEqual(new BudgetExceeded("session", "tokens", 1_000, 1_100));
  expect(seen.reason).toBeInstanceOf(Error);
  // The next message of the session finds it stopped.
  expect(session({ id }).signal.aborted).toBe(true);
});

test("dollars, as cost() found them or as the budget's own price list says", () => {
  plug(cost({ price: ({ usage }) => (usage.inputTokens ?? 0) / 100 }));
  plug(budgets({ session: { usd: 1 } }));
  const s = session({ id });
  s.turn((turn) => ask(turn, 99));
  expect(s.signal.aborted).toBe(false);
  s.turn((turn) => ask(turn, 2));
  expect(s.signal.reason).toMatchObject({ kind: "usd", limit: 1, spent: 1.01 });

  for (const unplug of plugged.splice(0)) unplug();
  plug(budgets({ session: { usd: 1 }, price: () => 2 }));
  const other = session({ id: crypto.randomUUID() });
  other.turn((turn) => ask(turn, 1));
  expect(other.signal.reason).toMatchObject({ kind: "usd", spent: 2 });
});

test("a model without a price is not counted, and that is said", () => {
  plug(budgets({ session: { usd: 1 } }));
  const s = session({ id });
  s.turn((turn) => ask(turn, 5, `unknown-${id}`));
  expect(s.signal.aborted).toBe(false);
  expect(app.said.join()).toContain(`does not count unknown-${id}`);
});

test("500 sessions at once spend each their own", async () => {
  plug(budgets({ session: { toolCalls: 3 } }));
  const aborted = await Promise.all(
    Array.from({ length: 500 }, (_, i) =>
      session({ id: `${id}-${i}` }, async (s) => {
        for (let call = 0; call < (i % 2 === 0 ? 3 : 4); call++) {
          await s.turn((turn) => turn.tool({ name: "t" }, async () => {}));
        }
        return s.signal.aborted;
      }),
    ),
  );
  expect(aborted).toEqual(Array.from({ length: 500 }, (_, i) => i % 2 === 1));
});

test("work that listens to its signal stops, cancelled and not failed", async () => {
  plug(budgets({ session: { tokens: 10 } }));
  await session({ id, agent: "a" }, (s) =>
    s.turn(async (turn) => {
      const slow = turn.tool(
        { name: "slow" },
        (tool) =>
          new Promise<void>((_, reject) => {
            tool.signal.addEventListener("abort", () => reject(tool.signal.reason as Error));
          }),
      );
      ask(turn, 11);
      await expect(slow).rejects.toThrow(BudgetExceeded);
    }),
  );
  expect(app.span("execute_tool slow").attributes["throughline.outcome"]).toBe("cancelled");
  expect(app.span("invoke_agent a").attributes["throughline.outcome"]).toBe("cancelled");
});
