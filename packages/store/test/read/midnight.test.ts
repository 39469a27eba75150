import { sessionOf } from "@throughline/core/session";
import * as fc from "fast-check";
import { expect, test, vi } from "vitest";
import { define, inOrder } from "../conformance/definition.ts";
import { allRecords, pages, withoutIds, withoutTime } from "../conformance/reading.ts";
import { type SpanTold, Story, type Told } from "../conformance/story.ts";
import { setClock, writerAt } from "../embedded/support/clock.ts";
import { temporaryDirectory } from "../embedded/support/store.ts";
import { openHome } from "./support/home.ts";

const session = "one";
const night: readonly Told[] = [
  { trace: "t", span: "turn", session, at: 0, attributes: { "throughline.step": "turn" } },
  { trace: "t", span: "below", parent: "turn", at: 1 },
  { trace: "t", span: "beside", at: 2 },
  { log: "", trace: "t", on: "below", at: 3, body: "line" },
  { log: "throughline.span.start", trace: "t", on: "tool", session, at: 4 },
  { trace: "t", span: "tool", parent: "turn", session, at: 4 },
  { trace: "u", span: "again", session, at: 5 },
  { trace: "v", span: "apart", at: 6, links: [{ trace: "t", span: "turn" }] },
  { trace: "v", span: "part", parent: "apart", at: 7 },
];

interface Telling {
  readonly story: Story;
  readonly told: readonly Told[];
  /** A day is over before these: numbers of what was told. */
  readonly midnights: readonly number[];
}

/** Writes what was told, each on its day, as the clock goes. */
function writeOver(tellings: readonly Telling[]): string {
  const directory = temporaryDirectory();
  setClock("2026-11-17T12:00:00Z");
  const writer = writerAt(directory);
  for (const day of [0, 1, 2, 3]) {
    setClock(`2026-11-${17 + day}T12:00:00Z`);
    for (const { midnights, story, told } of tellings)
      for (const [n, delivery] of story.oneByOne(told).entries())
        if (midnights.filter((midnight) => midnight <= n).length === day) writer.append(delivery);
  }
  writer.close();
  vi.useRealTimers();
  return directory;
}

const nights = fc.record({
  told: fc.shuffledSubarray([...night], { minLength: night.length }),
  midnights: fc.array(fc.nat({ max: night.length }), { minLength: 1, maxLength: 3 }),
});

test("wherever midnight falls, a session reads as one", async () => {
  const tellings = fc.sample(nights, { numRuns: 60, seed: 7 }).map(({ midnights, told }) => {
    const story = new Story();
    return { story, midnights, told: told.map((each) => named(story, each)) };
  });
  const home = await openHome({ directory: writeOver(tellings) });
  const listed = (await home.reader.sessions({ limit: 1_000 })).sessions;
  expect(listed).toHaveLength(tellings.length);
  for (const { midnights, story, told } of tellings) {
    const about = JSON.stringify([told, midnights]);
    const id = story.session(session);
    const defined = define(story.oneByOne(told)).get(id);
    const { aliases = [], records, summary } = defined ?? {};
    if (summary === undefined) throw new Error("there is no such session");
    const read = await allRecords(home.reader, id, { limit: 4 });
    expect(withoutIds(read).toSorted(inOrder), about).toEqual(records);
    const whole = sessionOf({ id, aliases, summary, clock: { nowMs: 0, seenMs: 0 } });
    const said = withoutTime(whole);
    expect(withoutTime(await home.reader.session(id)), about).toEqual(said);
    expect(listed.map(withoutTime)).toContainEqual(said);
    const inTrace = read.filter(({ trace_id }) => trace_id === story.traceId("t"));
    expect((await home.reader.trace(story.traceId("t"))).records, about).toEqual(inTrace);
  }
  const found = await pages((cursor) => home.reader.search({ since: 0, limit: 50, ...cursor }));
  expect(found).toHaveLength(tellings.length * night.length);
  expect(found.filter(({ session_id }) => session_id === "")).toEqual([]);
});

function named(story: Story, told: Told): Told {
  return told.session === undefined ? told : { ...told, session: story.session(told.session) };
}

test("lists go through all days in one order, and pages through them", async () => {
  const story = new Story();
  const told = Array.from({ length: 12 }, (_, n): SpanTold => ({
    trace: `t${n}`,
    span: `${n}`,
    session: story.session(`s${n % 9}`),
    // What came in later did not always happen later.
    at: (n * 7) % 12,
  }));
  const home = await openHome({ directory: writeOver([{ story, told, midnights: [3, 6, 9] }]) });
  const latest = new Map(
    told
      .toSorted((one, other) => (one.at ?? 0) - (other.at ?? 0))
      .map(({ at = 0, session: id = "" }) => [id, at]),
  );
  const expected = [...latest].toSorted(([, one], [, other]) => other - one).map(([id]) => id);
  for (const limit of [1, 2, 5, 100]) {
    const ids: string[] = [];
    let cursor: { readonly cursor?: string } = {};
    for (;;) {
      const page = await home.reader.sessions({ limit, ...cursor });
      ids.push(...page.sessions.map(({ id }) => id));
      if (page.next === null) break;
      cursor = { cursor: page.next };
    }
    expect(ids).toEqual(expected);
  }
});

test("what retention drops is gone from every answer, while the rest goes on", async () => {
  const story = new Story();
  const told = [0, 1, 2].map((n): SpanTold => ({
    trace: `t${n}`,
    span: `${n}`,
    session: story.session(`s${n}`),
    at: n,
  }));
  const directory = writeOver([{ story, told, midnights: [1, 2] }]);
  const all = await openHome({ directory });
  expect((await all.reader.sessions({})).sessions).toHaveLength(3);
  await all.close();
  // Of the 17th, 18th and 19th only the last is young enough.
  const retentionMs = Date.now() - Date.parse("2026-11-19T06:00:00Z");
  const home = await openHome({ directory, retentionMs });
  await expect
    .poll(async () => (await home.reader.sessions({})).sessions.map(({ id }) => id), {
      timeout: 10_000,
    })
    .toEqual([story.session("s2")]);
  expect(await home.reader.session(story.session("s0"))).toBeUndefined();
  expect(await home.reader.resolve(story.session("s0"))).toEqual({ found: null });
});
