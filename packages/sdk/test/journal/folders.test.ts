import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";

import { describe, expect, test } from "vitest";

import { Journal, leftoversIn, takeLeftovers } from "../../src/journal/index.ts";
import { emptyFolder, group, key, logRecord, read, spanRecord, writerFolder } from "./writer.ts";

const traces = group("traces");

function open(folder: string, options: { maxBytes?: number; segmentBytes?: number } = {}): Journal {
  return new Journal({ folder, maxBytes: 1e9, defaults: {}, ...options });
}

/** The id of a process that has ended. */
async function deadProcess(): Promise<number> {
  const child = spawn(process.execPath, ["-e", ""]);
  await once(child, "exit");
  return child.pid ?? 0;
}

/** As if the writer of this folder had been that process, elsewhere perhaps. */
function disguise(
  folder: string,
  changes: { pid?: number; start?: string; place?: string },
): string {
  const [pid, start, place, random] = basename(folder).split("-");
  const name = [changes.pid ?? pid, changes.start ?? start, changes.place ?? place, random].join(
    "-",
  );
  const other = join(folder, "..", name);
  renameSync(folder, other);
  return other;
}

describe("whose folder it is", () => {
  test("a writer that lives keeps its own", () => {
    const root = emptyFolder();
    open(root).ended(traces, 1, key(1), spanRecord(1));
    expect(read(takeLeftovers(root)).spans).toEqual([]);
    expect(readdirSync(root)).toHaveLength(1);
  });

  test("a writer that is gone leaves it to one of those who come", async () => {
    const root = emptyFolder();
    open(root).ended(traces, 1, key(1), spanRecord(1));
    disguise(writerFolder(root), { pid: await deadProcess() });
    expect(read(takeLeftovers(root)).spans.map(({ name }) => name)).toEqual(["span 1"]);
    expect(read(takeLeftovers(root)).spans).toEqual([]);
  });

  test.runIf(process.platform === "linux")(
    "a process id that is used again is another process",
    () => {
      const root = emptyFolder();
      open(root).ended(traces, 1, key(1), spanRecord(1));
      disguise(writerFolder(root), { start: "1" });
      expect(read(takeLeftovers(root)).spans).toHaveLength(1);
    },
  );

  test("elsewhere (another container on the same volume) silence tells", async () => {
    const root = emptyFolder();
    open(root).ended(traces, 1, key(1), spanRecord(1));
    const folder = disguise(writerFolder(root), { place: "00000000", pid: await deadProcess() });
    expect(read(takeLeftovers(root)).spans).toEqual([]);
    const past = new Date(Date.now() - 120_000);
    utimesSync(folder, past, past);
    expect(read(takeLeftovers(root)).spans).toHaveLength(1);
  });

  test("names and files of others are left alone, and links are not followed", async () => {
    const root = emptyFolder();
    const elsewhere = emptyFolder();
    writeFileSync(join(elsewhere, "00000000.segment"), "precious");
    symlinkSync(elsewhere, join(root, `${await deadProcess()}-1-00000000-00000000`));
    mkdirSync(join(root, "notes"));
    writeFileSync(join(root, "1-1-1-1"), "file");
    expect(read(takeLeftovers(root)).chunks).toEqual([]);
    expect(readdirSync(root)).toHaveLength(3);
    expect(existsSync(join(elsewhere, "00000000.segment"))).toBe(true);
  });
});

describe("what stays on disk", () => {
  test("nothing, once everything is acknowledged and the journal closed", () => {
    const root = emptyFolder();
    const journal = open(root);
    journal.opened(traces, key(1), spanRecord(1, false));
    journal.ended(traces, 1, key(1), spanRecord(1));
    journal.settled(1);
    journal.close();
    expect(readdirSync(root)).toEqual([]);
  });

  test("segments go as their chunks are acknowledged, oldest first", () => {
    const root = emptyFolder();
    const journal = open(root, { segmentBytes: 1 });
    for (const chunk of [1, 2, 3]) journal.ended(traces, chunk, key(chunk), spanRecord(chunk));
    const segments = (): number => readdirSync(writerFolder(root)).length;
    expect(segments()).toBe(3);
    journal.settled(2);
    expect(segments()).toBe(3);
    journal.settled(1);
    expect(segments()).toBe(1);
    journal.close();
  });

  test("never much more than its size; what had to go is counted", () => {
    const root = emptyFolder();
    const journal = open(root, { segmentBytes: 10_000, maxBytes: 100_000 });
    for (let i = 0; i < 500; i++) journal.ended(traces, i, key(i), spanRecord(i, true, 1_000));
    const folder = writerFolder(root);
    const bytes = readdirSync(folder).reduce(
      (sum, name) => sum + statSync(join(folder, name)).size,
      0,
    );
    expect(bytes).toBeLessThanOrEqual(115_000);
    expect(journal.bytes).toBe(bytes);
    const left = read(leftoversIn(folder)).spans.length;
    expect(journal.forgotten).toBe(500 - left);
    expect(left).toBeGreaterThan(50);
  });

  test("a span that is open for long keeps no old segment", () => {
    const root = emptyFolder();
    const journal = open(root, { segmentBytes: 2_000 });
    journal.opened(traces, key(0), spanRecord(0, false));
    for (let i = 1; i < 200; i++) {
      journal.ended(traces, i, key(i), spanRecord(i));
      journal.settled(i);
    }
    expect(readdirSync(writerFolder(root)).length).toBeLessThanOrEqual(2);
    const { spans } = read(leftoversIn(writerFolder(root)));
    expect(spans.map(({ name }) => name)).toEqual(["span 0"]);
  });

  test("is released chunk by chunk, so a second crash repeats only what is not", () => {
    const root = emptyFolder();
    const journal = open(root, { segmentBytes: 1 });
    for (const i of [1, 2, 3]) journal.ended(traces, i, key(i), spanRecord(i));
    journal.logged(group("logs"), 4, logRecord(4));
    const folder = writerFolder(root);
    for (const chunk of read(leftoversIn(folder)).chunks.slice(0, 2)) chunk.release?.();
    const again = read(leftoversIn(folder));
    expect(again.spans.map(({ name }) => name)).toEqual(["span 3"]);
    for (const chunk of again.chunks) chunk.release?.();
    expect(existsSync(folder)).toBe(false);
  });
});

test("open work ends when the writer was last known to live, as interrupted", () => {
  const root = emptyFolder();
  const before = BigInt(Date.now()) * 1_000_000n;
  open(root).opened(traces, key(1), spanRecord(1, false));
  const [span] = read(leftoversIn(writerFolder(root))).spans;
  expect(span!.endTimeUnixNano).toBeGreaterThanOrEqual(before);
  expect(span!.endTimeUnixNano).toBeLessThan(before + 60_000_000_000n);
  expect(span).toMatchObject({ status: { code: 0 }, name: "span 1" });
  expect(span!.attributes).toContainEqual({
    key: "throughline.outcome",
    value: { stringValue: "interrupted" },
  });
});

describe("a disk that does not play along", () => {
  test("a folder that vanishes is made again", () => {
    const root = emptyFolder();
    const journal = open(root, { segmentBytes: 1 });
    journal.ended(traces, 1, key(1), spanRecord(1));
    rmSync(root, { recursive: true });
    journal.ended(traces, 2, key(2), spanRecord(2));
    expect(read(leftoversIn(writerFolder(root))).spans.map(({ name }) => name)).toEqual(["span 2"]);
  });

  test("a place where nothing can be written costs a count", () => {
    const file = join(emptyFolder(), "file");
    writeFileSync(file, "");
    const journal = open(file);
    journal.opened(traces, key(1), spanRecord(1, false));
    journal.ended(traces, 1, key(1), spanRecord(1));
    journal.settled(1);
    journal.close();
    expect(journal.failures).toBeGreaterThan(0);
  });
});
