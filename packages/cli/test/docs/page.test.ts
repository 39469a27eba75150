import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";

import { openBackend, type TestBackend } from "../support/backend.ts";
import { command } from "../support/command.ts";
import { sampleDeliveries } from "../support/sample.ts";
import { wordsOf } from "../support/shell-line.ts";

const page = readFileSync(
  fileURLToPath(new URL("../../../../docs/cli.md", import.meta.url)),
  "utf8",
);

/** What is typed, and what the page says comes back. */
const documented = [...page.matchAll(/^```console\n(.*?)^```/gms)].flatMap(([, block = ""]) =>
  block
    .split(/^\$ /m)
    .slice(1)
    .map((part) => {
      const [typed = "", ...output] = part.trimEnd().split("\n");
      return [typed, output.join("\n")] as const;
    }),
);

let backend: TestBackend;
beforeAll(async () => {
  // The page shows times in UTC.
  process.env["TZ"] = "UTC";
  backend = await openBackend();
  for (const each of sampleDeliveries(Date.UTC(2026, 10, 21, 10))) await backend.deliver(each);
});
afterAll(() => backend.close());

/** Lists are wider than trees, and "9 h ago" is less wide than "10 h ago". */
const screen = (typed: string) => ({
  columns: () => (/ (?:sessions|traces) /.test(`${typed} `) ? 130 : 100),
  rows: () => 1_000,
  page: async () => false,
});

test("the page shows something", () => {
  expect(documented.length).toBeGreaterThan(5);
});

test.each(documented)("$ %s", async (typed, expected) => {
  const [name, ...argv] = wordsOf(typed);
  expect(name).toBe("throughline");
  const env = { THROUGHLINE_URL: backend.url, NO_COLOR: "1" };
  const { err, out } = await command(argv, { env, screen: screen(typed) });
  const shown = `${out}${err}`.replaceAll(backend.url, "http://127.0.0.1:4318").trimEnd();
  if (!matches(shown, expected)) expect(shown).toBe(expected);
});

/** `...` stands for what changes from run to run, a line of it alone for any number of lines; columns are as wide as need be. */
function matches(shown: string, expected: string): boolean {
  const pattern = expected
    .split("\n")
    .map((line) => (line.trim() === "..." ? "(?:.*\\n?)*?" : `${escaped(line.trimEnd())} *\\n`))
    .join("");
  return new RegExp(`^${pattern}$`).test(`${shown}\n`);
}

function escaped(line: string): string {
  return line
    .split("...")
    .map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"))
    .join(".*")
    .replace(/ {2,}/g, " {2,}");
}
