import { expect, test } from "vitest";
import { allRecords, namesOf } from "../conformance/reading.ts";
import { Story } from "../conformance/story.ts";
import { openHome } from "./support/home.ts";

test("pages go on while the blocks below them are written anew", async () => {
  const home = await openHome({ quietMs: 0, gatherMs: 0 });
  const story = new Story();
  const session = story.session("s");
  const told = Array.from({ length: 60 }, (_, n) => ({ trace: "t", span: `${n}`, session, at: n }));
  for (const delivery of story.oneByOne(told)) await home.deliver([delivery]);
  const names = told.map(({ span }) => span);
  // Compaction begins while nothing comes in; each page reads what it needs from wherever it is by then.
  for (let round = 0; round < 40; round++) {
    expect(namesOf(await allRecords(home.reader, session, { limit: 7 }))).toEqual(names);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
});
