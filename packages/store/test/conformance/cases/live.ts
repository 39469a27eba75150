import type { SessionRecord } from "@throughline/core/session";
import type { LiveEvent, LiveQuery } from "@throughline/store";
import * as fc from "fast-check";
import { expect } from "vitest";
import type { Case, TestHome } from "../home.ts";
import { allRecords, namesOf } from "../reading.ts";
import { type LogTold, type SpanTold, Story, type Told } from "../story.ts";

type Gathered = (events: readonly LiveEvent[]) => boolean;

/** Follows until enough has come; the stream is closed then. `during` begins once it is open. */
async function follow(
  home: TestHome,
  query: LiveQuery,
  enough: Gathered,
  during: () => Promise<void> = async () => {},
): Promise<LiveEvent[]> {
  const stop = new AbortController();
  const stream = home.reader.live(query, stop.signal);
  const events: LiveEvent[] = [];
  const sending = during();
  for await (const event of stream) {
    events.push(event);
    if (enough(events)) break;
  }
  stop.abort();
  await sending;
  return events;
}

function recordsOf(events: readonly LiveEvent[]): SessionRecord[] {
  return events.flatMap((event) => (event.type === "record" ? [event.record] : []));
}

const several =
  (count: number): Gathered =>
  (events) =>
    recordsOf(events).length >= count;

function spans(session: string, from: number, to: number): SpanTold[] {
  return Array.from({ length: to - from }, (_, n) => ({
    trace: "t",
    span: `${from + n}`,
    session,
    at: from + n,
  }));
}

export const liveCases: readonly Case[] = [
  {
    title: "records are told as they come in, exactly as they are read later",
    async run(home) {
      const story = new Story();
      const session = story.session("s");
      const told: Told[] = [
        { trace: "t", span: "turn", session, at: 0, attributes: { "throughline.step": "turn" } },
        { trace: "t", span: "below", parent: "turn", at: 1 },
        { log: "", trace: "t", on: "below", at: 2, body: "said" },
      ];
      const events = await follow(home, { session }, several(3), async () => {
        await home.deliver(story.deliveries(told));
        await home.deliver(story.deliveries(spans(story.session("other"), 0, 3)));
      });
      const live = recordsOf(events);
      expect(live).toEqual(await allRecords(home.reader, session));
      const cursors = events.map(({ cursor }) => cursor);
      expect(new Set(cursors).size).toBe(cursors.length);
    },
  },
  {
    title: "sessions are told with their new sums, and no records unless asked",
    async run(home) {
      const story = new Story();
      const session = story.session("s");
      const isOurs = (event: LiveEvent): boolean =>
        event.type === "session" && event.session.id === session;
      const plain = await follow(
        home,
        {},
        (events) => events.some(isOurs),
        () => home.deliver(story.deliveries(spans(session, 0, 2))),
      );
      expect(plain.filter(({ type }) => type !== "session")).toEqual([]);
      expect(plain.find(isOurs)).toMatchObject({ session: { spans: 2 } });
      const whole = await follow(home, { records: true }, several(2), () =>
        home.deliver(story.deliveries(spans(session, 2, 4))),
      );
      expect(namesOf(recordsOf(whole))).toEqual(["2", "3"]);
    },
  },
  {
    title: "what is followed can be filtered",
    async run(home) {
      const told = (session: string): Told[] => [
        { trace: "t", span: "fine", session, at: 0 },
        { trace: "t", span: "refund", session, error: true, at: 1, attributes: { "app.n": 1 } },
        { log: "", session, at: 2, body: "refund", severity: 17, service: "web" },
        { log: "", session, at: 3, body: "end" },
      ];
      const names = async (query: LiveQuery): Promise<string[]> => {
        const story = new Story();
        const session = story.session("s");
        const events = await follow(
          home,
          { ...query, session },
          (events) => events.some(({ type }) => type === "session"),
          () => home.deliver(story.deliveries(told(session))),
        );
        return namesOf(recordsOf(events));
      };
      expect(await names({ kind: "span" })).toEqual(expect.arrayContaining(["fine", "refund"]));
      expect(await names({ errors: true, kind: "span" })).toEqual(["refund"]);
      expect(await names({ attributes: { "app.n": "1" } })).toEqual(["refund"]);
      expect(await names({ grep: "end" })).not.toContain("fine");
    },
  },
  {
    title: "work is told when it begins, and again when it has ended",
    async run(home) {
      const story = new Story();
      const session = story.session("s");
      const begins: LogTold = {
        log: "throughline.span.start",
        trace: "t",
        on: "tool",
        session,
        at: 0,
        attributes: { "throughline.step": "tool", "throughline.span.name": "tool" },
      };
      const ends: SpanTold = { trace: "t", span: "tool", session, at: 0, ms: 9 };
      const events = await follow(home, { session }, several(3), async () => {
        await home.deliver(story.deliveries([begins]));
        await home.deliver(story.deliveries([ends]));
      });
      const [event, open, done] = recordsOf(events);
      expect(event).toMatchObject({ kind: "log", step: "span.start" });
      expect(open).toMatchObject({ kind: "span", end_ns: null, span_id: story.spanId("tool") });
      expect(open?.record_id).toBe(`${event?.record_id}.open`);
      expect(done).toMatchObject({ kind: "span", span_id: open?.span_id, name: "tool" });
      expect(done?.end_ns).not.toBeNull();
    },
  },
  {
    title: "what turns out to be of the followed session is told then, once",
    async run(home) {
      const story = new Story();
      const session = story.session("s");
      const early: Told[] = [
        { trace: "t", span: "below", parent: "turn", at: 1 },
        { log: "", trace: "t", on: "below", at: 2, body: "said" },
      ];
      await home.deliver(story.deliveries(early));
      const turn: SpanTold = { trace: "t", span: "turn", session, at: 0 };
      const late: Told = { trace: "t", span: "late", parent: "turn", at: 3 };
      const events = await follow(home, { session }, several(4), () =>
        home.deliver(story.deliveries([turn, late])),
      );
      const live = recordsOf(events);
      const all = await allRecords(home.reader, session);
      expect(live).toHaveLength(4);
      expect(live).toEqual(expect.arrayContaining(all));

      const again = new Story();
      await home.deliver(again.deliveries(early));
      const logs = await follow(
        home,
        { session: again.session("s"), kind: "log" },
        several(1),
        () => home.deliver(again.deliveries([{ ...turn, session: again.session("s") }])),
      );
      expect(recordsOf(logs)).toMatchObject([{ kind: "log", body: "said", name: "" }]);
    },
  },
  {
    title:
      "under load, with connections that break anywhere, nothing is missing and nothing comes twice",
    async run(home) {
      const random = fc.sample(fc.integer({ min: 1, max: 40 }), { numRuns: 200, seed: 7 });
      const story = new Story();
      const session = story.session("s");
      const total = 1_500;
      const send = async (): Promise<void> => {
        for (let from = 0; from < total; from += 15) {
          const mine = spans(session, from, from + 15);
          const noise = spans(story.session("noise"), total + from, total + from + 15);
          await home.deliver(story.deliveries([...mine, ...noise]));
        }
      };
      // Read to the end first, as LiveQuery says; then follow from before the first page.
      await home.deliver(story.deliveries(spans(session, total, total + 10)));
      const page = await home.reader.records(session, { limit: 500 });
      const sending = send();
      const seen = recordsInOrder(page.records);
      let cursor = page.live ?? "";
      let connections = 0;
      while (seen.size < total + 10) {
        const most = random[connections++ % random.length] ?? 1;
        const events = await follow(
          home,
          { session, cursor },
          (events) => events.length >= most || seen.size + recordsOf(events).length >= total + 10,
        );
        expect(events.filter(({ type }) => type === "gap")).toEqual([]);
        for (const record of recordsOf(events)) {
          expect(seen.has(record.record_id), record.record_id).toBe(false);
          seen.set(record.record_id, record);
        }
        cursor = events.at(-1)?.cursor ?? cursor;
      }
      await sending;
      expect(connections).toBeGreaterThan(20);
      const all = await allRecords(home.reader, session, { limit: 5_000 });
      expect(new Set(seen.keys())).toEqual(new Set(all.map(({ record_id }) => record_id)));
    },
  },
  {
    title:
      "pages read while records come in, and what is followed from before the first, are everything",
    async run(home) {
      const story = new Story();
      const session = story.session("s");
      await home.deliver(story.deliveries(spans(session, 500, 700)));
      const seen = new Map<string, SessionRecord>();
      let cursor: { readonly cursor?: string } = {};
      let live: string | undefined;
      for (let round = 0; ; round++) {
        const page = await home.reader.records(session, { limit: 20, ...cursor });
        for (const record of page.records) seen.set(record.record_id, record);
        live ??= page.live;
        if (page.next === null) break;
        cursor = { cursor: page.next };
        // Before and after the place where reading stands.
        if (round < 50)
          await home.deliver(
            story.deliveries([
              ...spans(session, round * 10, round * 10 + 5),
              ...spans(session, 800 + round * 10, 800 + round * 10 + 2),
            ]),
          );
      }
      const all = await allRecords(home.reader, session, { limit: 5_000 });
      await follow(home, { session, cursor: live ?? "" }, (events) => {
        for (const record of recordsOf(events)) seen.set(record.record_id, record);
        return seen.size >= all.length;
      });
      expect(new Set(seen.keys())).toEqual(new Set(all.map(({ record_id }) => record_id)));
    },
  },
  {
    title: "a cursor that can't be gone on from is answered with a gap, and the stream goes on",
    async run(home) {
      const story = new Story();
      const session = story.session("s");
      await home.deliver(story.deliveries(spans(session, 0, 1)));
      for (const [n, cursor] of ["0.0", "nonsense", "999999999999.0", ""].entries()) {
        const isNew = ({ name }: SessionRecord): boolean => name === `${n + 1}`;
        const events = await follow(
          home,
          { session, cursor },
          (events) => recordsOf(events).some(isNew),
          () => home.deliver(story.deliveries(spans(session, n + 1, n + 2))),
        );
        expect(events[0], cursor).toMatchObject({ type: "gap", reason: expect.any(String) });
        expect(events.filter(({ type }) => type === "gap")).toHaveLength(1);
      }
    },
  },
  {
    title: "a session may be followed before it begins, and by an alias",
    async run(home) {
      const story = new Story();
      const door = story.session("door");
      const first = await follow(home, { session: door }, several(1), () =>
        home.deliver(story.deliveries(spans(story.session("minted"), 0, 1), door)),
      );
      expect(recordsOf(first)).toMatchObject([{ session_id: door }]);
      const second = await follow(
        home,
        { session: story.session("minted") },
        several(1),
        async () => {
          await home.deliver(story.deliveries(spans(story.session("minted"), 1, 2), door));
        },
      );
      expect(recordsOf(second)).toMatchObject([{ session_id: door, name: "1" }]);
    },
  },
];

function recordsInOrder(records: readonly SessionRecord[]): Map<string, SessionRecord> {
  return new Map(records.map((record) => [record.record_id, record]));
}
