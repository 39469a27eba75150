import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

import { run } from "../../src/run.ts";
import type { World } from "../../src/world.ts";

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function ran(...argv: string[]): Promise<Ran> {
  let out = "";
  let err = "";
  const world: World = {
    env: {},
    out: (text) => void (out += text),
    err: (text) => void (err += text),
    stopAsked: () => Promise.resolve("SIGTERM"),
  };
  const code = await run(argv, world);
  return { code, out, err };
}

test("help goes to stdout and names every command", async () => {
  for (const asked of [[], ["--help"], ["-h"], ["help"]]) {
    const { code, out, err } = await ran(...asked);
    expect([code, err]).toEqual([0, ""]);
    for (const name of ["up", "down", "status", "version"]) {
      expect(out).toMatch(new RegExp(`^  ${name} `, "m"));
    }
  }
});

test.each(["up", "down", "status", "version"])(
  "%s --help explains it and does nothing",
  async (name) => {
    for (const flag of ["--help", "-h"]) {
      const { code, out, err } = await ran(name, flag);
      expect([code, err]).toEqual([0, ""]);
      expect(out).toContain(`Usage: throughline ${name}`);
      // Fits a terminal of 120 columns.
      for (const line of out.split("\n")) expect(line.length).toBeLessThanOrEqual(120);
    }
  },
);

test("version prints what package.json says", async () => {
  const manifest: unknown = JSON.parse(
    readFileSync(new URL("../../package.json", import.meta.url), "utf8"),
  );
  const { version } = manifest as { version: string };
  expect(await ran("version")).toEqual({ code: 0, out: `${version}\n`, err: "" });
  expect(await ran("--version")).toEqual({ code: 0, out: `${version}\n`, err: "" });
});

test.each([
  ["stauts", "status"],
  ["donw", "down"],
  ["pu", "up"],
  ["versoin", "version"],
])("%s is no command; %s was meant", async (typed, meant) => {
  const { code, out, err } = await ran(typed);
  expect([code, out]).toEqual([2, ""]);
  expect(err).toContain(`Did you mean "${meant}"?`);
});

test.each(["something-else", "x", "__proto__", "constructor", ""])(
  "%j is no command",
  async (typed) => {
    const { code, err } = await ran(typed);
    expect(code).toBe(2);
    expect(err).not.toContain("Did you mean");
  },
);
