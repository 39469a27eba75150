import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { Story } from "../../../store/test/conformance/story.ts";
import { openBackend, type TestBackend } from "../support/backend.ts";
import { command } from "../support/command.ts";

/** Clears the screen, sets the title, colours, turns the direction, hides: by every way in. */
const nasty =
  "\u001b[2J\u001b]0;owned\u0007\u009b31m\u0085\u2028\u202egpj.exe\u200b\u2066\ufeff\u{e0041}\u0007\r\u0008x";
const harmful =
  /[\p{Cs}\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]|[\u{e0000}-\u{e0fff}]|(?!\n)\p{Cc}/u;

describe("telemetry that wants to drive the terminal", () => {
  let backend: TestBackend;
  const story = new Story();
  // An id may hold no control characters, but all the others.
  const session = story.session("\u202eevil\u200b");
  const attributes = {
    "throughline.step": "tool",
    "gen_ai.tool.name": nasty,
    "gen_ai.agent.name": nasty,
    "gen_ai.request.model": nasty,
    "throughline.channel.type": nasty,
    "throughline.channel.id": nasty,
    "error.type": nasty,
    [nasty]: nasty,
  };

  beforeAll(async () => {
    backend = await openBackend();
    const told = story.deliveries([
      { trace: "t", span: "a", session, service: nasty, name: nasty, error: true, attributes },
      { trace: "t", span: "b", parent: "a", session, service: nasty, name: nasty, at: 1 },
      {
        log: nasty,
        trace: "t",
        on: "a",
        session,
        service: nasty,
        body: nasty,
        severity: 17,
        attributes,
      },
      { log: "", session, service: nasty, body: [nasty, [nasty]], at: 2 },
    ]);
    for (const each of told) await backend.deliver(each);
  });
  afterAll(() => backend.close());

  test.each([
    ["sessions"],
    ["sessions", "-o", "wide"],
    ["sessions", "-o", "json"],
    ["show", "latest"],
    ["show", "latest", "-o", "wide"],
    ["show", "latest", "-o", "json"],
    ["show", "latest", "-o", "jsonl"],
    ["show", "latest", "--errors"],
    ["logs", "latest"],
    ["logs", "latest", "-o", "wide"],
    ["logs", "latest", "-o", "json"],
    ["logs", "latest", "-o", "jsonl"],
    ["traces", "latest"],
    ["traces", "latest", "-o", "wide"],
    ["traces", "latest", "-o", "json"],
    ["export", "latest"],
    ["export", "latest", "-o", "jsonl"],
    ["verify", "latest"],
    ["verify", "latest", "-o", "wide"],
    ["inventory", "--since", "24h"],
    ["doctor"],
    ["show", `nobody${nasty}`],
    ["logs", `nobody${nasty}`],
    ["logs", `{nasty="${nasty}`],
    ["sessions", "--sort", nasty],
    ["sessions", nasty],
    [nasty],
    ["completion", "--words", "show"],
    // Told by its number: the words would drive the terminal of whoever runs the tests.
  ])("does not: command line %#", async (...argv) => {
    const screen = { columns: () => 100, rows: () => 1_000, page: async () => false };
    const env = { THROUGHLINE_URL: backend.url, NO_COLOR: "1" };
    const { err, out } = await command(argv, { env, screen });
    expect(out + err).not.toBe("");
    expect(out).not.toMatch(harmful);
    expect(err).not.toMatch(harmful);
  });
});
