import type { RecordQuery } from "@throughline/store";
import { expect } from "vitest";
import type { Case, TestHome } from "../home.ts";
import { namesOf, pages } from "../reading.ts";
import { Story, type Told } from "../story.ts";

/** Twelve records of three sessions and of none, one a millisecond. */
function twelve(story: Story): Told[] {
  return Array.from({ length: 12 }, (_, n): Told => {
    const session = n % 4 === 3 ? undefined : story.session(`s${n % 4}`);
    const common = {
      trace: `t${n % 4}`,
      session,
      at: n,
      service: n % 2 === 0 ? story.session("even") : story.session("odd"),
      attributes: { "app.needle": n % 3 === 0 ? story.session("needle") : "hay", "app.n": n },
    };
    return n % 2 === 0
      ? { ...common, span: `span ${n}`, error: n === 4 }
      : { ...common, log: "", body: `line ${n}`, severity: n === 5 ? 17 : 9 };
  });
}

async function search(home: TestHome, story: Story, query: RecordQuery = {}): Promise<string[]> {
  const since = story.began;
  const records = await pages((cursor) =>
    home.reader.search({ since, until: since + 100, limit: 3, ...query, ...cursor }),
  );
  return namesOf(records);
}

export const searchCases: readonly Case[] = [
  {
    title: "a search finds records of all sessions and of none, newest first, page after page",
    async run(home) {
      const story = new Story();
      await home.deliver(story.deliveries(twelve(story)));
      const text = { grep: story.session("needle") };
      expect(await search(home, story, text)).toEqual(["line 9", "span 6", "line 3", "span 0"]);
      const service = { service: story.session("even") };
      expect(await search(home, story, service)).toEqual([
        "span 10",
        "span 8",
        "span 6",
        "span 4",
        "span 2",
        "span 0",
      ]);
    },
  },
  {
    title: "a search says to which session a record belongs, and how",
    async run(home) {
      const story = new Story();
      const session = story.session("s");
      await home.deliver(
        story.deliveries([
          { trace: "t", span: "turn", session, at: 0, attributes: { "throughline.step": "turn" } },
          { trace: "t", span: story.session("x"), parent: "turn", at: 1 },
          { trace: "t", span: `beside ${story.session("x")}`, at: 2 },
          { trace: "u", span: `nobody's ${story.session("x")}`, at: 3 },
        ]),
      );
      const { records } = await home.reader.search({
        since: story.began,
        grep: story.session("x"),
      });
      expect(records.map(({ membership, session_id }) => [membership, session_id])).toEqual([
        ["none", ""],
        ["joined", session],
        ["inherited", session],
      ]);
      const [found] = records.slice(-1);
      const page = await home.reader.records(session, { grep: story.session("x") });
      expect(page.records).toContainEqual(found);
    },
  },
  {
    title: "a search is filtered like the records of one session",
    async run(home) {
      const story = new Story();
      await home.deliver(story.deliveries(twelve(story)));
      const mine = { service: story.session("even") };
      const others = { service: story.session("odd") };
      expect(await search(home, story, { ...mine, errors: true })).toEqual(["span 4"]);
      expect(await search(home, story, { ...others, level: "error" })).toEqual(["line 5"]);
      expect(await search(home, story, { ...others, kind: "span" })).toEqual([]);
      expect(await search(home, story, { ...others, kind: "log", level: "info" })).toHaveLength(6);
      expect(await search(home, story, { ...mine, until: story.began + 3 })).toEqual([
        "span 2",
        "span 0",
      ]);
      expect(await search(home, story, { ...mine, since: story.began + 8 })).toEqual([
        "span 10",
        "span 8",
      ]);
      const attributes = { "app.needle": story.session("needle") };
      expect(await search(home, story, { attributes })).toHaveLength(4);
      expect(await search(home, story, { attributes: { ...attributes, "app.n": "6" } })).toEqual([
        "span 6",
      ]);
      expect(await search(home, story, { ...mine, attributes: { "app.n": "60" } })).toEqual([]);
      expect(await search(home, story, { grep: `${story.session("needle")}!` })).toEqual([]);
    },
  },
  {
    title: "a page of a search is the newest of all, whichever sessions last longer",
    async run(home) {
      const story = new Story();
      const service = story.session("service");
      const told = Array.from({ length: 60 }, (_, n): Told => {
        const session = story.session(`s${n % 7}`);
        return { trace: `t${n}`, span: `${n}`, session, service, at: (n * 37) % 60, ms: n % 5 };
      });
      await home.deliver(story.deliveries(told));
      const newest = told
        .toSorted((one, other) => (other.at ?? 0) - (one.at ?? 0))
        .map((each) => ("span" in each ? each.span : ""));
      expect(await search(home, story, { service, limit: 7 })).toEqual(newest);
    },
  },
];
