import type { SessionRecord } from "@throughline/core/session";
import type { LiveEvent } from "@throughline/store";
import { expect, test } from "vitest";
import { allRecords } from "../conformance/reading.ts";
import { type SpanTold, Story } from "../conformance/story.ts";
import { openHome } from "../read/support/home.ts";

function spans(session: string, from: number, to: number): SpanTold[] {
  return Array.from({ length: to - from }, (_, n) => ({
    trace: "t",
    span: `${from + n}`,
    session,
    at: from + n,
    attributes: { filler: "x".repeat(500) },
  }));
}

test("who takes nothing misses nothing it can't fetch: a gap, then pages, then the stream", async () => {
  const home = await openHome({ liveWindowBytes: 20_000 });
  const story = new Story();
  const session = story.session("s");
  const gone = new AbortController();
  const stream = home.reader.live({ session }, gone.signal)[Symbol.asyncIterator]();
  const first = stream.next();
  await home.deliver(story.deliveries(spans(session, 0, 10)));
  expect(await first).toMatchObject({ value: { type: "record" } });
  // Far more than the window holds, while nobody takes anything.
  for (let n = 10; n < 500; n += 10)
    await home.deliver(story.deliveries(spans(session, n, n + 10)));

  const seen = new Map<string, SessionRecord>();
  let gaps = 0;
  const take = async (event: LiveEvent): Promise<void> => {
    if (event.type === "record") seen.set(event.record.record_id, event.record);
    if (event.type !== "gap") return;
    gaps++;
    for (const record of await allRecords(home.reader, session)) seen.set(record.record_id, record);
  };
  await home.deliver(story.deliveries(spans(session, 500, 510)));
  while (seen.size < 510) {
    const { done, value } = await stream.next();
    if (done === true) break;
    await take(value);
  }
  gone.abort();
  expect(gaps).toBe(1);
  expect(seen.size).toBe(510);
  expect((await stream.next()).done).toBe(true);
});

test("who wants one record of a large commit lets others have their turn on the way to it", async () => {
  const home = await openHome();
  const story = new Story();
  const gone = new AbortController();
  const wanted = { attributes: { filler: "wanted" }, records: true };
  const stream = home.reader.live(wanted, gone.signal)[Symbol.asyncIterator]();
  const found = stream.next();
  let turns = 0;
  const turn = (): void => {
    turns++;
    if (!gone.signal.aborted) setImmediate(turn);
  };
  const many = spans(story.session("s"), 0, 3_000);
  const last = { ...many[0]!, span: "last", attributes: { filler: "wanted" } };
  await home.deliver(story.deliveries([...many, last]));
  turn();
  expect(await found).toMatchObject({ value: { record: { attributes: { filler: "wanted" } } } });
  gone.abort();
  // A turn for every 2 ms, and to decode so many takes tens of them; with none on the way there would be one or two.
  expect(turns).toBeGreaterThan(3);
});

test("what is told of a session is at most so often, and its last state comes for sure", async () => {
  const home = await openHome();
  const story = new Story();
  const session = story.session("s");
  const gone = new AbortController();
  const told: number[] = [];
  const following = (async () => {
    for await (const event of home.reader.live({}, gone.signal)) {
      if (event.type !== "session") continue;
      told.push(event.session.spans);
      if (event.session.spans === 300) return;
    }
  })();
  for (let n = 0; n < 300; n += 3) await home.deliver(story.deliveries(spans(session, n, n + 3)));
  await following;
  gone.abort();
  expect(told.at(-1)).toBe(300);
  expect(told.length).toBeLessThan(100);
  expect(told).toEqual(told.toSorted((one, other) => one - other));
});
