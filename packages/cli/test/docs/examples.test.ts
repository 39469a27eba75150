import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { lengthPrefix } from "@throughline/core/otlp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { commands } from "../../src/command.ts";
import { help } from "../../src/help.ts";
import { openBackend, type TestBackend } from "../support/backend.ts";
import { command } from "../support/command.ts";
import { sampleDeliveries } from "../support/sample.ts";
import { wordsOf } from "../support/shell-line.ts";

/** Those that begin and end a backend on this machine's own ports: test/e2e/backend runs them on others. */
const elsewhere: ReadonlySet<string> = new Set(["up", "down", "status"]);

const examples: string[] = [];
for (const [name, load] of Object.entries(commands)) {
  if (elsewhere.has(name)) continue;
  examples.push(...examplesIn((await load()).command.help));
}

function examplesIn(text: string): string[] {
  return [...text.matchAll(/^ {2}(?:[\w-]+ \| )?(throughline \S.*?)(?: {2,}.*)?$/gm)].map(
    ([, line = ""]) => line.replace(/ [|>]{1,2} .*$/, ""),
  );
}

/** Lines of the shell in the pages that begin with it; what each page shows as output is run with it, see page.test.ts. */
function documented(name: string): string[] {
  const page = readFileSync(fileURLToPath(new URL(`../../../../${name}`, import.meta.url)), "utf8");
  return [...page.matchAll(/^```sh\n(.*?)^```/gms)]
    .flatMap(([, block = ""]) => block.split("\n"))
    .filter((line) => line.startsWith("throughline "))
    .map((line) => line.replace(/ +#.*$| [|>]{1,2} .*$/, ""));
}

const pages = ["README.md", "docs/cli.md"].flatMap(documented);

let backend: TestBackend;
let folder: string;
const before = { path: process.env["PATH"], folder: process.cwd() };

beforeAll(async () => {
  backend = await openBackend();
  for (const each of sampleDeliveries()) await backend.deliver(each);
  // What examples start and read: programs that do nothing, files that hold something.
  folder = mkdtempSync(join(tmpdir(), "throughline-examples-"));
  for (const name of ["claude", "codex", "node", "npm", "throughline"]) {
    writeFileSync(join(folder, name), "#!/bin/sh\nexit 0\n");
    chmodSync(join(folder, name), 0o755);
  }
  const bodies = sampleDeliveries().map(({ body }) => body);
  const requests = Buffer.concat(bodies.flatMap((body) => [lengthPrefix(body.length), body]));
  for (const name of ["traces.jsonl", "logs.jsonl", "capture.json.gz", "session.jsonl"])
    writeFileSync(join(folder, name), requests);
  mkdirSync(join(folder, "src"));
  process.env["PATH"] = `${folder}${delimiter}${before.path}`;
  process.chdir(folder);
});
afterAll(async () => {
  process.chdir(before.folder);
  process.env["PATH"] = before.path;
  await backend.close();
  rmSync(folder, { recursive: true, force: true });
});

function endings(argv: readonly string[]): readonly number[] {
  const [name = ""] = argv;
  // The `npm test` of this folder tells of nothing.
  if (["inventory", "verify"].includes(name) && argv.includes("--")) return [6];
  // What verify finds in the sample is its own business.
  if (name === "verify") return [0, 5];
  return argv.includes("-f") ? [130] : [0];
}

describe("every example in the help and in the pages works", () => {
  test.each([...new Set([...examples, ...examplesIn(help), ...pages])])("%s", async (line) => {
    const argv = wordsOf(line).slice(1);
    // What came through a pipe is in a file here.
    const reads = argv.map((word) => (word === "-" ? "traces.jsonl" : word));
    const { code, err } = await command(reads, {
      env: { THROUGHLINE_URL: backend.url, PATH: process.env["PATH"] ?? "" },
      // Who follows goes on until somebody stops it.
      ...(argv.includes("-f") && { stopAsked: () => Promise.resolve("SIGINT") }),
    });
    expect(err).not.toContain("throughline run: ");
    expect(endings(argv), err).toContain(code);
  });

  test("and the pages have some", () => {
    expect(pages.length).toBeGreaterThan(8);
  });

  test("and there are some of every command", () => {
    const shown = new Set(examples.map((line) => wordsOf(line)[1]));
    const bare = new Set(["version"]);
    expect(
      Object.keys(commands).filter(
        (name) => !(shown.has(name) || bare.has(name) || elsewhere.has(name)),
      ),
    ).toEqual([]);
  });
});

test("the shells take the completion scripts for what they are", async () => {
  const { out } = await command(["completion", "bash"]);
  expect(out).toContain("complete -o default -F _throughline throughline");
  const file = fileURLToPath(new URL(`file://${join(folder, "completion.bash")}`));
  writeFileSync(file, `${out}\ndeclare -F _throughline`);
  const { execFileSync } = await import("node:child_process");
  expect(execFileSync("bash", [file], { encoding: "utf8" })).toContain("_throughline");
});
