import { sessionOf } from "@throughline/core/session";
import { ReadRefusal, type SessionQuery, type SessionReader } from "@throughline/store";
import { expect } from "vitest";
import { define } from "../definition.ts";
import { withoutTime } from "../reading.ts";
import type { Case } from "../home.ts";
import { Story, type Told } from "../story.ts";

/** Seven sessions that differ in everything a list sorts and filters by. */
function seven(story: Story): Told[] {
  return Array.from({ length: 7 }, (_, n): Told[] => [
    {
      trace: `t${n}`,
      span: `turn${n}`,
      session: story.session(`s${n}`),
      service: n === 3 ? 'odd "one"' : "app",
      at: n * 1_000,
      ms: 100 * ((n * 3) % 7) + 1,
      attributes: {
        "throughline.step": "turn",
        "gen_ai.agent.name": `agent-${n}`,
        "throughline.channel.type": n % 2 === 0 ? "slack" : "cli",
      },
    },
    ...Array.from({ length: (n * 5) % 7 }, (_unused, i) => ({
      trace: `t${n}`,
      span: `bad${n}/${i}`,
      parent: `turn${n}`,
      session: story.session(`s${n}`),
      error: true,
      at: n * 1_000,
    })),
    {
      trace: `t${n}`,
      span: `llm${n}`,
      parent: `turn${n}`,
      session: story.session(`s${n}`),
      at: n * 1_000,
      attributes: {
        "throughline.step": "llm",
        "gen_ai.request.model": `model-${n}`,
        "throughline.cost.amount": ((n * 4) % 7) / 100,
        "throughline.cost.source": "reported",
      },
    },
  ]).flat();
}

async function idsOf(reader: SessionReader, query: SessionQuery): Promise<string[]> {
  const ids: string[] = [];
  let cursor: { readonly cursor?: string } = {};
  for (;;) {
    const page = await reader.sessions({ ...query, ...cursor });
    ids.push(...page.sessions.map(({ id }) => id));
    if (page.next === null) return ids;
    expect(page.sessions.length).toBeGreaterThan(0);
    cursor = { cursor: page.next };
  }
}

export const sessionCases: readonly Case[] = [
  {
    title: "a listed session says what its records add up to",
    async run(home) {
      const story = new Story();
      const told = story.deliveries(seven(story));
      await home.deliver(told);
      for (const [id, { aliases, summary }] of define(told)) {
        const expected = sessionOf({ id, aliases, summary, clock: { nowMs: 0, seenMs: 0 } });
        const session = await home.reader.session(id);
        const said = withoutTime(session);
        expect(said).toEqual(withoutTime(expected));
        const { sessions } = await home.reader.sessions({ grep: id });
        expect(sessions.map(withoutTime)).toEqual([said]);
      }
    },
  },
  {
    title:
      "lists are sorted by last record, duration, cost or errors, largest first, page after page",
    async run(home) {
      const story = new Story();
      await home.deliver(story.deliveries(seven(story)));
      const of = (n: number): string => story.session(`s${n}`);
      const mine = { grep: story.session(""), limit: 2 };
      const by = (key: (n: number) => number): string[] =>
        [0, 1, 2, 3, 4, 5, 6].toSorted((one, other) => key(other) - key(one)).map(of);
      expect(await idsOf(home.reader, mine)).toEqual(by((n) => n));
      expect(await idsOf(home.reader, { ...mine, sort: "last" })).toEqual(by((n) => n));
      expect(await idsOf(home.reader, { ...mine, sort: "duration" })).toEqual(
        by((n) => (n * 3) % 7),
      );
      expect(await idsOf(home.reader, { ...mine, sort: "cost" })).toEqual(by((n) => (n * 4) % 7));
      expect(await idsOf(home.reader, { ...mine, sort: "errors" })).toEqual(by((n) => (n * 5) % 7));
    },
  },
  {
    title: "lists are filtered by time, service, errors and text",
    async run(home) {
      const story = new Story();
      await home.deliver(story.deliveries(seven(story)));
      const of = (...ns: readonly number[]): string[] => ns.map((n) => story.session(`s${n}`));
      const list = (query: SessionQuery): Promise<string[]> =>
        idsOf(home.reader, { since: story.began, ...query });
      const all = { grep: story.session("") };
      expect(await list({ ...all, since: story.began + 4_600 })).toEqual(of(6, 5));
      expect(await list({ ...all, until: story.began + 1_500 })).toEqual(of(1, 0));
      expect(await list({ ...all, service: 'odd "one"' })).toEqual(of(3));
      expect(await list({ ...all, service: "odd" })).toEqual([]);
      expect(await list({ ...all, errors: true })).not.toContain(of(0)[0]);
      expect(await list({ ...all, errors: true })).toHaveLength(6);
      const mine = (ids: readonly string[]): string[] =>
        ids.filter((id) => id.endsWith(story.session("")));
      expect(mine(await list({ grep: "agent-4" }))).toEqual(of(4));
      expect(mine(await list({ grep: "model-2" }))).toEqual(of(2));
      expect(mine(await list({ grep: 'd "on' }))).toEqual(of(3));
      expect(mine(await list({ grep: "slack" }))).toEqual(of(6, 4, 2, 0));
    },
  },
  {
    title: "a list goes on where it was while sessions change",
    async run(home) {
      const story = new Story();
      await home.deliver(story.deliveries(seven(story)));
      const mine = { grep: story.session("") };
      const first = await home.reader.sessions({ ...mine, limit: 3 });
      const grow = (n: number): Told => ({
        trace: `t${n}`,
        span: `more${n}`,
        session: story.session(`s${n}`),
        at: 60_000,
      });
      // One that was listed already, and one that is yet to come.
      await home.deliver(story.deliveries([grow(5), grow(1)]));
      const rest = await idsOf(home.reader, { ...mine, limit: 3, cursor: first.next ?? "" });
      const ids = [...first.sessions.map(({ id }) => id), ...rest];
      expect(new Set(ids).size).toBe(ids.length);
      for (const n of [0, 2, 3, 4, 6]) expect(ids).toContain(story.session(`s${n}`));
      expect(
        (await home.reader.sessions({ ...mine, limit: 2 })).sessions.map(({ id }) => id),
      ).toEqual(expect.arrayContaining([story.session("s5"), story.session("s1")]));
    },
  },
  {
    title: "a reference is an id, an alias, a unique prefix or latest",
    async run(home) {
      const story = new Story();
      const one = story.session("one");
      const tell = (session: string, at: number): Told => ({
        trace: session,
        span: session,
        session,
        at,
      });
      await home.deliver(story.deliveries([tell(`${one}-a`, 0), tell(`${one}-b`, 0)]));
      await home.deliver(
        story.deliveries([tell(story.session("inner"), 0)], story.session("door")),
      );
      await home.deliver(story.deliveries([tell(one, 3_700_000)]));
      const { reader } = home;
      expect(await reader.resolve(one)).toEqual({ found: one });
      expect(await reader.resolve(`${one}-`)).toEqual({ candidates: [`${one}-a`, `${one}-b`] });
      expect(await reader.resolve(one.slice(0, -1))).toMatchObject({ candidates: { length: 3 } });
      expect(await reader.resolve(story.session("inner"))).toEqual({
        found: story.session("door"),
      });
      expect(await reader.resolve(story.session("inner").slice(0, -2))).toEqual({
        found: story.session("door"),
      });
      expect(await reader.resolve(story.session("nobody"))).toEqual({ found: null });
      expect(await reader.resolve("")).toEqual({ found: null });
      expect(await reader.resolve("latest")).toEqual({ found: one });
    },
  },
  {
    title: "a cursor that nobody gave out is refused",
    async run({ reader }) {
      const story = new Story();
      for (const cursor of ["nonsense", "", "WyJzZXNzaW9ucyJd"]) {
        const refused = expect.objectContaining({ kind: "bad-cursor" });
        await expect(reader.sessions({ cursor })).rejects.toThrow(ReadRefusal);
        await expect(reader.sessions({ cursor })).rejects.toEqual(refused);
        await expect(reader.records("any", { cursor })).rejects.toEqual(refused);
        await expect(reader.search({ since: story.began, cursor })).rejects.toEqual(refused);
      }
    },
  },
];
