import { execFile, fork } from "node:child_process";
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { sessionRoot } from "@throughline/core";
import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { configure, log, session } from "@throughline/sdk";
import { SessionLogFiles, type SessionLogFilesOptions } from "@throughline/sdk/logs";

import { host, type Host } from "../support/host.ts";

let folder: string;
let app: Host;
let files: SessionLogFiles;

async function begin(options: Partial<SessionLogFilesOptions> = {}): Promise<void> {
  await app?.stop();
  files = new SessionLogFiles({ folder, ...options });
  app = host({ logProcessors: [files] });
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "session-files-"));
  await begin();
});
afterEach(async () => {
  configure({ capture: "off" });
  await app.stop();
  rmSync(folder, { recursive: true, force: true });
});

type Line = { readonly [field: string]: unknown };

function read(path: string): Line[] {
  return readFileSync(path, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Line);
}

const said = (lines: readonly Line[]): unknown[] =>
  lines.filter(({ event }) => event === undefined).map(({ message }) => message);

describe("a session's file", () => {
  test("holds its lines, joined to their spans, and nobody else's", async () => {
    const ids = Array.from({ length: 100 }, () => crypto.randomUUID());
    await Promise.all(
      ids.map((id) =>
        session({ id }, (s) =>
          s.turn(async (turn) => {
            turn.log.info(`${id} one`, { step: 1 });
            await Promise.resolve();
            turn.log.error(`${id} two`);
          }),
        ),
      ),
    );
    log.info("of no session");
    await files.forceFlush();
    for (const id of ids) {
      const lines = read(files.pathOf(id));
      expect(said(lines)).toEqual([`${id} one`, `${id} two`]);
      expect(lines.find(({ message }) => message === `${id} one`)).toMatchObject({
        time: expect.stringMatching(/^\d{4}-.*Z$/),
        level: "INFO",
        session_id: id,
        trace_id: sessionRoot(id).traceId,
        span_id: expect.stringMatching(/^[0-9a-f]{16}$/),
        attributes: { step: 1 },
      });
    }
    expect(said(read(join(folder, "_none.jsonl")))).toEqual(["of no session"]);
  });

  test("is masked and gated like everything that leaves", async () => {
    const s = session({ id: "secretive" });
    s.log.info(`key sk-ant-${"a1".repeat(20)}`, { "gen_ai.input.messages": "the prompt" });
    await files.forceFlush();
    const text = readFileSync(files.pathOf(s.id), "utf8");
    expect(text).toContain("[masked:anthropic]");
    expect(text).not.toContain("the prompt");

    configure({ capture: "event" });
    await begin();
    s.log.info("again", { "gen_ai.input.messages": "the prompt" });
    await files.forceFlush();
    expect(readFileSync(files.pathOf(s.id), "utf8")).toContain("the prompt");
  });

  test("rolls over when it is full, between lines", async () => {
    await begin({ maxFileBytes: 2_000 });
    const s = session({ id: "talkative" });
    for (let i = 0; i < 40; i++) {
      s.log.info(`line ${i}`);
      await files.forceFlush();
    }
    const older = said(read(`${files.pathOf(s.id)}.1`));
    const newer = said(read(files.pathOf(s.id)));
    expect(newer.at(-1)).toBe("line 39");
    expect([...older, ...newer]).toEqual(
      Array.from(
        { length: older.length + newer.length },
        (_, i) => `line ${40 - older.length - newer.length + i}`,
      ),
    );
  });
});

describe("names of files", () => {
  const hostile = fc.oneof(
    fc.string({ unit: "binary", minLength: 1, maxLength: 60 }),
    fc.string({
      unit: fc.constantFrom("/", "\\", ".", "..", "a", "A", "-", "\u0000", ":", "%", " "),
      minLength: 1,
      maxLength: 20,
    }),
    fc.constantFrom(
      "..",
      ".",
      "../../etc/passwd",
      "con",
      "NUL",
      "a.jsonl",
      "_none",
      "~",
      "-rf",
      "a\nb",
      "a/b",
      "C:\\x",
    ),
  );

  test("never leave the folder and are safe on every file system (qwen-code#8415)", () => {
    fc.assert(
      fc.property(hostile, (id) => {
        const path = files.pathOf(id);
        expect(path).toBe(join(folder, basename(path)));
        expect(basename(path)).toMatch(/^[a-z0-9][a-z0-9_-]*\.jsonl$/);
        expect(basename(path)).not.toMatch(/^(con|prn|aux|nul|com\d|lpt\d)\./);
        expect(basename(path).length).toBeLessThan(100);
      }),
      { numRuns: 1_000 },
    );
  });

  test("are different for different sessions, whatever their case", () => {
    fc.assert(
      fc.property(fc.uniqueArray(hostile, { minLength: 2, maxLength: 10 }), (ids) => {
        expect(new Set(ids.map((id) => files.pathOf(id).toLowerCase())).size).toBe(ids.length);
      }),
    );
    const taken = basename(files.pathOf("A/b"), ".jsonl");
    expect(files.pathOf(taken)).not.toBe(files.pathOf("A/b"));
  });

  test("are the id itself where that is harmless", () => {
    const id = "33878ff9-1467-43ef-a692-634a21bbb1bf";
    expect(files.pathOf(id)).toBe(join(folder, `${id}.jsonl`));
    expect(basename(files.pathOf("Slack:C42/1700.5"))).toMatch(
      /^slack-c42-1700-5-[0-9a-f]{16}\.jsonl$/,
    );
  });

  test("that are links are not followed", async () => {
    const elsewhere = join(folder, "elsewhere.txt");
    writeFileSync(elsewhere, "");
    symlinkSync(elsewhere, files.pathOf("linked"));
    session({ id: "linked" }).log.info("hello");
    await files.forceFlush();
    expect(readFileSync(elsewhere, "utf8")).toBe("");
    expect(files.dropped).toBeGreaterThan(0);
  });
});

describe("the writer", () => {
  test.runIf(process.platform === "linux")(
    "holds few files open, however many sessions there are",
    async () => {
      await begin({ maxOpenFiles: 3 });
      for (let i = 0; i < 50; i++) session({ id: `session-${i}` }).log.info(`line ${i}`);
      await files.forceFlush();
      const open = readdirSync("/proc/self/fd")
        .map(fileBehind)
        .filter((path) => path.startsWith(folder));
      expect(open).toHaveLength(3);
      for (let i = 0; i < 50; i++)
        expect(said(read(files.pathOf(`session-${i}`)))).toEqual([`line ${i}`]);
    },
  );

  test("keeps so many files and lets the oldest go", async () => {
    await begin({ maxFiles: 10 });
    for (let i = 0; i < 120; i++) {
      session({ id: `kept-${i}` }).log.info("line");
      await files.forceFlush();
    }
    await files.shutdown();
    const left = readdirSync(folder);
    expect(left).toHaveLength(10);
    expect(left).toContain("kept-119.jsonl");
  });

  test("counts what it can't write, and nothing throws", async () => {
    writeFileSync(join(folder, "file"), "");
    await begin({ folder: join(folder, "file", "folder") });
    session({ id: "unlucky" }).log.info("lost");
    await files.forceFlush();
    expect(files.dropped).toBeGreaterThanOrEqual(1);
  });

  const program = fileURLToPath(new URL("session-files-program.ts", import.meta.url));

  test("has everything on disk when the process ends, however it does", async () => {
    for (const end of ["return", "exit", "opening", "throw"]) {
      await promisify(execFile)(process.execPath, [
        ...process.execArgv,
        program,
        folder,
        end,
        "500",
      ]).catch(() => {});
      const lines = said(read(join(folder, `${end}.jsonl`)));
      expect(lines).toEqual(Array.from({ length: 500 }, (_, i) => `line ${i}`));
    }
  });

  test("shares a file with another process, line by line", async () => {
    const children = ["a", "b"].map(() => fork(program, [folder, "return", "300"]));
    await Promise.all(children.map((child) => new Promise((ended) => child.once("exit", ended))));
    const lines = said(read(join(folder, "return.jsonl")));
    expect(lines).toHaveLength(600);
    expect(new Set(lines).size).toBe(300);
  });
});

/** Some are gone by the time they are looked at. */
function fileBehind(fd: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    return "";
  }
}
