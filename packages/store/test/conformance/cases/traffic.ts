import { sessionOf } from "@throughline/core/session";
import * as fc from "fast-check";
import { expect } from "vitest";
import { define, inOrder } from "../definition.ts";
import type { Case } from "../home.ts";
import { allRecords, withoutIds, withoutTime } from "../reading.ts";
import { type LogTold, type SpanTold, Story, type Told } from "../story.ts";

const span: fc.Arbitrary<SpanTold> = fc.record({
  trace: fc.constantFrom("t1", "t1", "t2", "t3"),
  span: fc.constantFrom("a", "b", "c", "d", "e", "f", "g"),
  parent: fc.constantFrom(undefined, "a", "b", "c", "d"),
  session: fc.constantFrom("one", "one", undefined, undefined, "two"),
  service: fc.constantFrom("app", "web"),
  at: fc.integer({ min: 0, max: 40 }),
  error: fc.constantFrom(true, false, false),
  links: fc.constantFrom(undefined, undefined, [{ trace: "t1", span: "a" }]),
  attributes: fc.constantFrom(
    {},
    { "throughline.step": "turn" },
    { "throughline.step": "agent", "gen_ai.agent.name": "helper" },
    { "throughline.step": "tool", "gen_ai.tool.name": "refund" },
    {
      "throughline.step": "llm",
      "gen_ai.request.model": "unheard-of",
      "gen_ai.usage.input_tokens": 7,
    },
  ),
});

const log: fc.Arbitrary<LogTold> = fc.record({
  log: fc.constantFrom("", "", "throughline.span.start", "session.end"),
  trace: fc.constantFrom("t1", "t2", "t3", undefined),
  on: fc.constantFrom("a", "b", "h", undefined),
  session: fc.constantFrom("one", undefined, "two"),
  service: fc.constantFrom("app", "web"),
  at: fc.integer({ min: 0, max: 40 }),
  severity: fc.constantFrom(9, 17),
});

/** One span an id, as SDKs make them; what happens when ids repeat has a case of its own. */
function distinct(told: readonly Told[]): Told[] {
  const seen = new Set<string>();
  return told.filter((each) => {
    if ("log" in each) return true;
    const key = `${each.trace} ${each.span}`;
    return !seen.has(key) && seen.add(key);
  });
}

const traffic = fc.array(fc.oneof({ weight: 3, arbitrary: span }, log), {
  minLength: 1,
  maxLength: 20,
});

export const trafficCases: readonly Case[] = [
  {
    title: "whatever comes in whatever order, every session reads as core defines it",
    async run(home) {
      const { stories: numRuns = 150 } = home;
      const samples = fc.sample(traffic, { numRuns, seed: 20_261_121 }).map(distinct);
      const stories = samples.map((told) => {
        const story = new Story();
        const named = told.map((each) =>
          each.session === undefined ? each : { ...each, session: story.session(each.session) },
        );
        return { told, deliveries: story.oneByOne(named) };
      });
      await home.deliver(stories.flatMap(({ deliveries }) => deliveries));
      for (const { deliveries, told } of stories)
        for (const [id, { aliases, records, summary }] of define(deliveries)) {
          const about = JSON.stringify(told);
          const session = sessionOf({ id, aliases, summary, clock: { nowMs: 0, seenMs: 0 } });
          const read = async () => withoutIds(await allRecords(home.reader, id, { limit: 9 }));
          // What tangled traces add up to settles a moment after the records are there.
          const settling = { message: about, timeout: 10_000 };
          await expect
            .poll(async () => withoutTime(await home.reader.session(id)), settling)
            .toEqual(withoutTime(session));
          expect((await read()).toSorted(inOrder), about).toEqual(records);
        }
    },
  },
];
