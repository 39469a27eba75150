import { logs } from "@opentelemetry/api";
import { log, session } from "@throughline/sdk";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { host, type Host } from "../support/host.ts";

let app: Host;
beforeEach(() => {
  app = host();
});
afterEach(() => app.stop());

const record = (body: string) => app.logs().find((candidate) => candidate.body === body);

describe("s.log", () => {
  test("has OTel's severities and takes attributes and errors", () => {
    const s = session({ id: "l1" });
    s.log.trace("trace");
    s.log.warn("warn", { "app.retries": 2, list: ["a"], nothing: undefined });
    s.log.error("error", { error: new RangeError("too much") });
    expect(
      [record("trace"), record("warn"), record("error")].map((one) => one?.severityNumber),
    ).toEqual([1, 13, 17]);
    expect(record("warn")?.severityText).toBe("WARN");
    expect(record("warn")?.attributes).toMatchObject({ "app.retries": 2, list: ["a"] });
    expect(record("error")?.attributes).toMatchObject({
      "exception.type": "RangeError",
      "exception.message": "too much",
      "exception.stacktrace": expect.stringContaining("log.test"),
    });
  });

  test("stands where the handle stands, whatever is ambient", () => {
    const [a, b] = [session({ id: "l2" }), session({ id: "l3" })];
    a.turn((turn) =>
      b.turn(() => {
        turn.log.info("of the turn of a");
        b.log.info("of b");
      }),
    );
    const turns = app.spans().filter((span) => span.name === "invoke_agent");
    const spanOf = (id: string) =>
      turns.find((span) => span.attributes["session.id"] === id)?.spanContext();
    expect(record("of the turn of a")?.attributes["session.id"]).toBe("l2");
    expect(record("of the turn of a")?.spanContext?.spanId).toBe(spanOf("l2")?.spanId);
    // Inside one of its own turns, a session's handle logs on that turn.
    expect(record("of b")?.spanContext?.spanId).toBe(spanOf("l3")?.spanId);
  });

  test("writes the same where nobody but us stamps (a host without our processors)", async () => {
    await app.stop();
    app = host({ bare: true });
    session({ id: "l4", channel: { type: "cli" } }, (s) => s.turn((turn) => turn.log.info("bare")));
    expect(record("bare")?.attributes).toMatchObject({
      "session.id": "l4",
      "throughline.turn.index": 0,
      "throughline.channel.type": "cli",
    });
  });

  test("is silent, not broken, where there is no logs API set up", () => {
    logs.disable();
    session({ id: "l5" }, (s) => s.log.info("nobody listens"));
    expect(app.logs()).toEqual([]);
  });
});

test("log.* is the ambient session's; outside of any it is a plain record", () => {
  session({ id: "l6" }, (s) => s.turn(() => log.info("inside")));
  log.info("outside");
  expect(record("inside")?.attributes["session.id"]).toBe("l6");
  expect(record("outside")?.attributes).toEqual({});
});

test("a logs API that throws doesn't reach the application", () => {
  logs.disable();
  logs.setGlobalLoggerProvider({
    getLogger: () => ({
      emit() {
        throw new Error("exporter");
      },
      enabled: () => true,
    }),
  });
  session({ id: "l7" }, (s) => s.log.info("hello"));
  expect(app.said.some((said) => said.includes("log record"))).toBe(true);
});
