import { mkdirSync, rmdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { daysIn } from "../../src/embedded/days/files.ts";
import { setClock, writerAt } from "./support/clock.ts";
import { readBack } from "./support/read-back.ts";
import { temporaryDirectory } from "./support/store.ts";
import { logs, type Sketch, type SpanSketch, spans } from "./support/telemetry.ts";

const evening = "2026-11-19T23:59:59Z";
const morning = "2026-11-20T00:00:01Z";

test("each day has its file; a session goes on in the next one with the totals it had", () => {
  const directory = temporaryDirectory();
  setClock(evening);
  const writer = writerAt(directory);
  writer.append(spans([{ trace: "t", id: "a", session: "s" }]));
  setClock(morning);
  writer.append(spans([{ trace: "t", id: "b", parent: "a", session: "s" }]));
  writer.close();

  expect(daysIn(directory)).toEqual(["2026-11-19", "2026-11-20"]);
  const { counted, rows, said } = readBack(directory);
  expect(rows.get("s")).toMatchObject({ since: "2026-11-19", spans: 2, traces: 1 });
  expect(said).toEqual(counted);
});

const call = { "throughline.step": "llm", "gen_ai.usage.input_tokens": 5 };
const night: readonly Sketch[] = [
  { trace: "t", id: "inner", parent: "outer", attributes: call },
  { trace: "t", id: "failed", parent: "outer", error: true },
  { log: "note", trace: "t", on: "failed", severity: 17 },
  { log: "throughline.span.start", trace: "t", on: "turn", session: "s" },
  { trace: "t", id: "outer", parent: "turn", attributes: call, error: true },
  { trace: "t", id: "turn", session: "s", attributes: { "throughline.step": "turn" } },
  { trace: "u", id: "linked", links: [{ trace: "t", id: "turn" }] },
  { trace: "u", id: "child", parent: "linked" },
  { log: "session.end", session: "s" },
];

test("wherever midnight falls, and however often, rollups equal what the records add up to", () => {
  fc.assert(
    fc.property(
      fc.shuffledSubarray([...night], { minLength: night.length }),
      fc.array(fc.nat({ max: night.length }), { minLength: 1, maxLength: 3 }),
      fc.boolean(),
      (sketches, midnights, restarts) => {
        const directory = temporaryDirectory();
        setClock("2026-11-19T12:00:00Z");
        let writer = writerAt(directory);
        for (const [n, sketch] of sketches.entries()) {
          const passed = midnights.filter((midnight) => midnight <= n).length;
          setClock(`2026-11-${19 + passed}T12:00:00Z`);
          if (restarts) {
            writer.close();
            writer = writerAt(directory);
          }
          writer.append("log" in sketch ? logs([sketch]) : spans([sketch]));
        }
        writer.close();
        const { counted, said } = readBack(directory);
        expect(said).toEqual(counted);
        expect(said.get("s")).toMatchObject({ spans: 6, llmCalls: 1, errors: 1, open: 0 });
      },
    ),
    { numRuns: 12 },
  );
});

test("a link is followed although two midnights lie between its ends", () => {
  const directory = temporaryDirectory();
  setClock("2026-11-18T12:00:00Z");
  const writer = writerAt(directory);
  writer.append(spans([{ trace: "u", id: "linked", links: [{ trace: "t", id: "turn" }] }]));
  setClock("2026-11-19T12:00:00Z");
  writer.append(spans([{ trace: "u", id: "child", parent: "linked" }]));
  setClock("2026-11-20T12:00:00Z");
  writer.append(spans([{ trace: "t", id: "turn", session: "s" }]));
  writer.close();
  const { counted, said } = readBack(directory);
  expect(said.get("s")?.membership).toMatchObject({ carried: 1, linked: 2 });
  expect(said).toEqual(counted);
});

test("a request, a span and an alias of yesterday are known today", () => {
  const directory = temporaryDirectory();
  setClock(evening);
  const writer = writerAt(directory);
  const minted: SpanSketch = { trace: "t", id: "a", session: "minted" };
  const request = spans([minted], "run-1");
  writer.append(request);
  setClock(morning);
  expect(writer.append(request).duplicate).toBe(true);
  writer.append(spans([minted, { trace: "v", id: "b", session: "minted" }]));
  writer.close();

  const { counted, said } = readBack(directory);
  expect([...said.keys()]).toEqual(["run-1"]);
  expect(said.get("run-1")).toMatchObject({ spans: 2 });
  expect(said).toEqual(counted);
});

test("a request is forgotten after an hour", () => {
  setClock("2026-11-19T10:00:00Z");
  const writer = writerAt(temporaryDirectory());
  const request = logs([{ log: "note", session: "s" }]);
  writer.append(request);
  setClock("2026-11-19T10:59:00Z");
  expect(writer.append(request).duplicate).toBe(true);
  setClock("2026-11-19T11:01:00Z");
  expect(writer.append(request).duplicate).toBe(false);
  writer.close();
});

test("a clock that goes back does not reopen a closed day", () => {
  const directory = temporaryDirectory();
  setClock(morning);
  const writer = writerAt(directory);
  writer.append(logs([{ log: "a", session: "s" }]));
  setClock(evening);
  writer.append(logs([{ log: "b", session: "s" }]));
  writer.close();
  expect(daysIn(directory)).toEqual(["2026-11-20"]);
});

test("a day that can't begin, because the disk takes no new file, begins when it can", () => {
  const directory = temporaryDirectory();
  setClock(evening);
  const writer = writerAt(directory);
  writer.append(logs([{ log: "before", session: "s" }]));
  mkdirSync(join(directory, "2026-11-20.db"));
  setClock(morning);
  expect(() => writer.append(logs([{ log: "refused", session: "s" }]))).toThrow(/full|written/);
  rmdirSync(join(directory, "2026-11-20.db"));
  setClock("2026-11-20T00:01:00Z");
  writer.append(logs([{ log: "after", session: "s" }]));
  writer.close();
  const { counted, said } = readBack(directory);
  expect(daysIn(directory)).toEqual(["2026-11-19", "2026-11-20"]);
  expect(said.get("s")).toMatchObject({ logs: 2 });
  expect(said).toEqual(counted);
});

test("days too old are dropped, and the oldest while all are too large; never the current one", () => {
  const directory = temporaryDirectory();
  for (const day of ["16", "17", "18", "19"]) {
    setClock(`2026-11-${day}T12:00:00Z`);
    const writer = writerAt(directory);
    writer.append(logs([{ log: day, session: day }]));
    writer.close();
  }
  setClock("2026-11-19T13:00:00Z");
  const byAge = writerAt(directory, { retentionMs: 2 * 86_400_000 });
  byAge.retain();
  expect(byAge.days).toEqual(["2026-11-17", "2026-11-18", "2026-11-19"]);
  byAge.append(logs([{ log: "later", session: "19" }]));
  byAge.close();
  const bySize = writerAt(directory, { maxBytes: 1 });
  bySize.retain();
  expect(bySize.days).toEqual(["2026-11-19"]);
  expect(bySize.reports).toHaveLength(2);
  bySize.append(logs([{ log: "last", session: "19" }]));
  bySize.close();
  expect(readBack(directory).said.get("19")).toMatchObject({ logs: 3 });
});

test("live cursors keep their order over midnight and restarts", () => {
  const directory = temporaryDirectory();
  setClock(evening);
  const first = writerAt(directory);
  first.append(logs([{ log: "a", session: "s" }]));
  setClock(morning);
  first.append(logs([{ log: "b", session: "s" }]));
  first.close();
  const second = writerAt(directory);
  second.append(logs([{ log: "c", session: "s" }]));
  second.close();
  const commits = [...first.notices, ...second.notices].map(({ commit }) => commit);
  expect(commits).toEqual([1, 2, 3]);
});

test("a day written by a newer program is not touched", () => {
  const directory = temporaryDirectory();
  setClock(evening);
  writerAt(directory).close();
  const db = new DatabaseSync(join(directory, "2026-11-19.db"));
  db.exec("pragma user_version = 99");
  db.close();
  expect(() => writerAt(directory)).toThrow(/newer Throughline \(layout 99/);
  expect(daysIn(directory)).toEqual(["2026-11-19"]);
});
