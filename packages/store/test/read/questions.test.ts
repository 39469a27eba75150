import { ReadRefusal, type SessionReader } from "@throughline/store";
import { expect, test } from "vitest";
import { Story } from "../conformance/story.ts";
import { openHome } from "./support/home.ts";

/** Some thousand spans, so that a search takes more than a moment. */
async function stocked(): Promise<{ reader: SessionReader; story: Story }> {
  const home = await openHome();
  const story = new Story();
  const told = Array.from({ length: 4_000 }, (_, n) => ({
    trace: `t${n % 50}`,
    span: `${n}`,
    session: story.session(`s${n % 50}`),
    at: n,
  }));
  await home.deliver(story.deliveries(told));
  return { reader: home.reader, story };
}

test("a question that nobody waits for any more is given up", async () => {
  const { reader, story } = await stocked();
  const gone = new AbortController();
  const search = reader.search({ since: 0, grep: "nowhere" }, { signal: gone.signal });
  const waiting = Array.from({ length: 20 }, () =>
    reader.search({ since: 0, grep: "nowhere" }, { signal: gone.signal }),
  );
  gone.abort();
  for (const each of [search, ...waiting]) await expect(each).rejects.toThrow(/abort/i);
  await expect(reader.session("any", { signal: gone.signal })).rejects.toThrow(/abort/i);
  // And the next one finds its reader free.
  expect(await reader.search({ since: 0, grep: "nowhere" })).toMatchObject({ records: [] });
  expect(await reader.session(story.session("s1"))).toMatchObject({ spans: 80 });
});

test("however many searches wait, sessions still open", async () => {
  const { reader, story } = await stocked();
  const gone = new AbortController();
  const search = async (): Promise<unknown> => {
    try {
      return await reader.search({ since: 0, grep: "nowhere" }, { signal: gone.signal });
    } catch (error) {
      return error instanceof ReadRefusal ? error.kind : "gone";
    }
  };
  const searches = Array.from({ length: 1_100 }, search);
  expect(await search()).toBe("busy");
  expect(await reader.session(story.session("s1"))).toMatchObject({ spans: 80 });
  const { records } = await reader.records(story.session("s2"), {});
  expect(records).toHaveLength(80);
  gone.abort();
  const answers = await Promise.all(searches);
  expect(answers.filter((answer) => answer === "busy").length).toBeGreaterThan(50);
  expect(answers).toContain("gone");
});

test("after closing, every question is refused and every stream ends", async () => {
  const home = await openHome();
  const stream = home.reader.live({}, new AbortController().signal);
  const ended = stream[Symbol.asyncIterator]().next();
  const search = home.reader.search({ since: 0, grep: "x" }).catch((error: unknown) => error);
  await home.close();
  expect(await ended).toEqual({ done: true, value: undefined });
  expect(await search).toSatisfy(
    (answer) =>
      answer instanceof ReadRefusal || (answer as { records: unknown[] }).records.length === 0,
  );
  const refused = expect.objectContaining({ kind: "closing" });
  await expect(home.reader.sessions({})).rejects.toEqual(refused);
  await expect(home.reader.resolve("latest")).rejects.toEqual(refused);
});
