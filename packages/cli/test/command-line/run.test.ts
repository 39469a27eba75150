import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

import { commands } from "../../src/command.ts";
import { command as ran } from "../support/command.ts";

const fixture = fileURLToPath(
  new URL("../../../../test/fixtures/agents/qwen-code/logs.jsonl", import.meta.url),
);
const names = Object.keys(commands);

test("help goes to stdout and names every command", async () => {
  for (const asked of [[], ["--help"], ["-h"], ["help"]]) {
    const { code, out, err } = await ran(asked);
    expect([code, err]).toEqual([0, ""]);
    for (const name of names) {
      expect(out).toMatch(new RegExp(`^  ${name} `, "m"));
    }
  }
});

test.each(names)("%s --help explains it and does nothing", async (name) => {
  for (const flag of ["--help", "-h"]) {
    const { code, out, err } = await ran([name, flag]);
    expect([code, err]).toEqual([0, ""]);
    expect(out).toContain(`Usage: throughline ${name}`);
    // Fits a terminal of 120 columns.
    for (const line of out.split("\n")) expect(line.length).toBeLessThanOrEqual(120);
  }
});

test("version prints what package.json says", async () => {
  const manifest: unknown = JSON.parse(
    readFileSync(new URL("../../package.json", import.meta.url), "utf8"),
  );
  const { version } = manifest as { version: string };
  expect(await ran(["version"])).toEqual({ code: 0, out: `${version}\n`, err: "" });
  expect(await ran(["--version"])).toEqual({ code: 0, out: `${version}\n`, err: "" });
});

test.each([
  ["stauts", "status"],
  ["donw", "down"],
  ["pu", "up"],
  ["versoin", "version"],
  ["log", "logs"],
  ["session", "sessions"],
  ["veirfy", "verify"],
])("%s is no command; %s was meant", async (typed, meant) => {
  const { code, out, err } = await ran([typed]);
  expect([code, out]).toEqual([2, ""]);
  expect(err).toContain(`Did you mean "${meant}"?`);
});

test.each(["something-else", "x", "__proto__", "constructor", ""])(
  "%j is no command",
  async (typed) => {
    const { code, err } = await ran([typed]);
    expect(code).toBe(2);
    expect(err).not.toContain("Did you mean");
  },
);

test.each(names.filter((name) => name !== "completion"))(
  "%s refuses an option that it does not know, with the way to its help",
  async (name) => {
    const { code, err, out } = await ran([name, "--no-such-option", "--", "true"]);
    expect([code, out]).toEqual([2, ""]);
    expect(err).toContain("no-such-option");
    expect(err).toContain(`throughline ${name} --help`);
  },
);

describe("where nothing listens", () => {
  // Port 9 is "discard": nobody has it.
  const env = { THROUGHLINE_URL: "http://127.0.0.1:9" };

  test.each([
    ["sessions"],
    ["show", "latest"],
    ["logs", "latest"],
    ["traces", "latest"],
    ["export", "latest"],
    ["run", "--", "true"],
    ["import", fixture],
  ])("%s says so, what to do, and ends with 4", async (...argv) => {
    const { code, err, out } = await ran(argv, { env });
    expect([code, out]).toEqual([4, ""]);
    expect(err).toMatch(/nothing answers (?:as Throughline )?at http:\/\/127\.0\.0\.1:9/);
    expect(err).toMatch(/throughline up|by itself/);
  });

  test.each([
    ["sessions"],
    ["show", "latest"],
    ["logs", "latest"],
    ["logs", '{service_name="x"}'],
    ["traces", "{ status = error }"],
    ["doctor"],
  ])("%s on engines that are not there ends with 4 as well", async (...argv) => {
    const engines = ["--loki", "http://127.0.0.1:9", "--tempo", "http://127.0.0.1:9"];
    const { code, err, out } = await ran([...argv, ...engines]);
    expect(code).toBe(4);
    expect(out + err).toContain("127.0.0.1:9");
  });

  test("doctor says what is wrong", async () => {
    const { code, out } = await ran(["doctor"], { env });
    expect(code).toBe(4);
    expect(JSON.parse(out)).toMatchObject({
      checks: expect.arrayContaining([expect.objectContaining({ level: "bad" })]),
    });
  });
});

test("a server and engines at once are a contradiction", async () => {
  const { code, err } = await ran(["sessions", "--url", "http://a", "--loki", "http://b"]);
  expect(code).toBe(2);
  expect(err).toContain("give one");
});

test.each([
  ["sessions", "--since", "yesterday"],
  ["sessions", "-n", "0"],
  ["sessions", "--sort", "age"],
  ["show", "latest", "--level", "loud"],
  ["show", "latest", "--kind", "metric"],
  ["show"],
  ["show", "a", "b"],
  ["show", "latest", "-o", "xml"],
  ["logs", "latest", "-f", "--until", "now"],
  ["logs", "latest", "-f", "-o", "json"],
  ["sessions", "--url", "localhost"],
  ["sessions", "--color", "maybe"],
  ["run"],
  ["run", "--"],
  ["run", "--session", "a\u0007b", "--", "true"],
  ["import"],
  ["completion", "tcsh"],
])("%s %s %s %s is no command line", async (...argv) => {
  const { code, out } = await ran(argv, { env: { THROUGHLINE_URL: "http://127.0.0.1:9" } });
  expect([code, out]).toEqual([2, ""]);
});
