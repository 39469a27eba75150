import { afterEach, beforeEach, expect, test } from "vitest";

import { failureLogs, health, session, use } from "@throughline/sdk";

import { host, type Host } from "../support/host.ts";
import { findings } from "../support/verdict.ts";

let app: Host;
let id: string;
let unplug: () => void;
beforeEach(() => {
  app = host();
  unplug = use(failureLogs);
  id = crypto.randomUUID();
});
afterEach(() => {
  unplug();
  return app.stop();
});

const told = (): unknown[] =>
  app
    .logs()
    .filter(({ eventName }) => eventName === undefined)
    .map(({ severityText, body }) => `${severityText} ${String(body)}`);

test("an error is told where it happened, once, on its span, with what an alert needs", async () => {
  await session({ id, agent: "support" }, (s) =>
    s
      .turn((turn) =>
        turn.tool({ name: "refund", callId: "c1" }, (tool) =>
          tool.execution(async () => {
            throw new RangeError("no such order");
          }),
        ),
      )
      .catch(() => {}),
  );
  expect(told()).toEqual(["ERROR tool.execution refund failed: no such order"]);
  const record = app.logs().find(({ severityText }) => severityText === "ERROR");
  expect(record?.attributes).toMatchObject({
    "session.id": id,
    "throughline.step": "tool.execution",
    "gen_ai.tool.name": "refund",
    "gen_ai.tool.call.id": "c1",
    "error.type": "RangeError",
    "exception.message": "no such order",
  });
  expect(record?.spanContext?.spanId).toBe(app.span("tool.execution refund").spanContext().spanId);
  expect(findings(app)).toEqual([]);
});

test("another error on the way up is another one, and so is a thrown text", () => {
  session({ id, agent: "a" }, (s) => {
    expect(() =>
      s.turn((turn) => {
        try {
          turn.action({ name: "plan" }, () => {
            throw "no idea";
          });
        } catch {
          throw new Error("gave up");
        }
      }),
    ).toThrow("gave up");
  });
  expect(told()).toEqual([
    "ERROR action plan failed: no idea",
    "ERROR invoke_agent a failed: gave up",
  ]);
});

test("denials and work that nobody ended are warnings; success and cancelling are nothing", () => {
  session({ id }, (s) =>
    s.turn((turn) => {
      turn.tool({ name: "refund" }, (tool) => tool.approval({ source: "policy" }, () => false));
      turn.tool({ name: "look" }, (tool) => tool.approval({}, () => true));
      turn.startAction({ name: "left" }).end("interrupted");
      turn.startAction({ name: "dropped" }).cancel();
    }),
  );
  expect(told()).toEqual([
    "WARN tool.approval refund was denied",
    "WARN action left was interrupted",
  ]);
  expect(app.logs().find(({ severityText }) => severityText === "WARN")?.attributes).toMatchObject({
    "throughline.approval.decision": "denied",
    "throughline.approval.source": "policy",
  });
});

test("a plugin that throws breaks neither the agent nor the other plugins", () => {
  const before = health().pluginErrors;
  const out = use({
    name: "broken",
    on: {
      "turn:start": () => {
        throw new Error("broken plugin");
      },
      "turn:success": async () => {
        throw new Error("broken later");
      },
    },
  });
  session({ id, agent: "a" }, (s) => {
    s.turn(() => {});
    expect(() =>
      s.turn(() => {
        throw new Error("the agent's own");
      }),
    ).toThrow("the agent's own");
  });
  out();
  expect(told()).toEqual(["ERROR invoke_agent a failed: the agent's own"]);
  expect(health().pluginErrors).toBeGreaterThanOrEqual(before + 2);
  expect(
    app.said.filter((text) => text.includes("the plugin broken failed at turn:start")),
  ).toHaveLength(1);
});
