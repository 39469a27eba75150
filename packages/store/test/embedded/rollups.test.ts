import * as fc from "fast-check";
import { expect, test } from "vitest";
import { readBack } from "./support/read-back.ts";
import { appendTogether, openStore, settled, temporaryDirectory } from "./support/store.ts";
import { type LogSketch, oneByOne, type Sketch, type SpanSketch } from "./support/telemetry.ts";

const ids = ["a", "b", "c", "d", "e", "f"] as const;
const attributes: fc.Arbitrary<Record<string, string | number>> = fc.oneof(
  fc.constant({}),
  fc.constantFrom("turn", "agent", "action").map((step) => ({
    "throughline.step": step,
    "gen_ai.agent.name": step === "agent" ? "helper" : "main",
  })),
  fc.record({
    "throughline.step": fc.constant("llm"),
    "gen_ai.request.model": fc.constantFrom("gpt-5.4", "unheard-of"),
    "gen_ai.usage.input_tokens": fc.integer({ min: 0, max: 999 }),
    "gen_ai.usage.output_tokens": fc.integer({ min: 0, max: 99 }),
  }),
  fc.record({
    "throughline.step": fc.constant("llm"),
    "throughline.cost.amount": fc.constantFrom(0, 0.1, 0.25),
    "throughline.cost.source": fc.constantFrom("reported", "priced"),
    "throughline.cost.currency": fc.constantFrom("USD", "USD", "EUR"),
  }),
  fc.constant({ "throughline.step": "llm" }),
  fc.constant({ "throughline.step": "tool", "gen_ai.tool.name": "search" }),
  fc.constantFrom("slack", "cli").map((type) => ({ "throughline.channel.type": type })),
);

const spanParts = {
  trace: fc.constantFrom("t1", "t2"),
  id: fc.constantFrom(...ids),
  parent: fc.option(fc.constantFrom(...ids), { nil: undefined }),
  session: fc.constantFrom("s1", "s1", undefined, undefined),
  error: fc.boolean(),
  service: fc.constantFrom("app", "web"),
  start: fc.integer({ min: 0, max: 50 }),
  end: fc.integer({ min: 40, max: 90 }),
  attributes,
};
const span: fc.Arbitrary<SpanSketch> = fc.record(spanParts);
const log: fc.Arbitrary<LogSketch> = fc.record({
  log: fc.constantFrom(
    "",
    "session.end",
    "throughline.span.start",
    "gen_ai.client.inference.operation.details",
  ),
  trace: fc.option(fc.constantFrom("t1", "t2"), { nil: undefined }),
  on: fc.option(fc.constantFrom(...ids), { nil: undefined }),
  session: fc.constantFrom("s1", undefined),
  severity: fc.constantFrom(9, 17, 21),
  service: fc.constantFrom("app", "web"),
  at: fc.integer({ min: 0, max: 99 }),
  attributes,
});

/** One span a span id, as an SDK makes them; what happens when ids repeat is told elsewhere. */
function distinct(sketches: readonly Sketch[]): Sketch[] {
  const seen = new Set<string>();
  return sketches.filter((sketch) => {
    if ("log" in sketch) return true;
    const key = `${sketch.trace}/${sketch.id}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

const story = fc.array(fc.oneof({ weight: 3, arbitrary: span }, log), {
  minLength: 1,
  maxLength: 24,
});

/** Stories of their own sessions and traces, so that one store can hold many and still tell which of them it got wrong. */
function apart(sketches: readonly Sketch[], n: number): Sketch[] {
  return sketches.map((sketch) => ({
    ...sketch,
    ...(sketch.trace !== undefined && { trace: `${n}${sketch.trace}` }),
    ...(sketch.session !== undefined && { session: `${n}${sketch.session}` }),
    ...("links" in sketch && {
      links: sketch.links?.map(({ id, trace }) => ({ id, trace: `${n}${trace}` })),
    }),
  }));
}

test("whatever comes in whatever order, rollups equal what the records add up to", async () => {
  const directory = temporaryDirectory();
  const store = await openStore(directory);
  const stories = fc.sample(story, { numRuns: 400, seed: 20261121 }).map(distinct);
  await appendTogether(
    store,
    stories.flatMap((sketches, n) => oneByOne(apart(sketches, n))),
  );
  // A few contradict themselves: a step announced as an agent comes as something else.
  await settled(directory);
  await store.close();
  const { counted, said } = readBack(directory);
  for (const [n, sketches] of stories.entries()) {
    const session = `${n}s1`;
    expect(said.get(session), JSON.stringify(sketches)).toEqual(counted.get(session));
  }
});

/** What can't be counted by adding up: traces of several sessions, links, span ids that come again. */
const tangled: fc.Arbitrary<Sketch[]> = fc.array(
  fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record({
        ...spanParts,
        trace: fc.constantFrom("t1", "t2", "t3"),
        session: fc.constantFrom("s1", "s2", undefined, undefined),
        links: fc.constantFrom([], [], [{ trace: "t1", id: "a" }]),
      }),
    },
    log,
  ),
  { minLength: 1, maxLength: 16 },
);

test("sessions that share traces, or follow links, are counted anew and then equal them too", async () => {
  const directory = temporaryDirectory();
  const store = await openStore(directory);
  const stories = fc.sample(tangled, { numRuns: 150, seed: 20261122 });
  await appendTogether(
    store,
    stories.flatMap((sketches, n) => oneByOne(apart(sketches, n))),
  );
  await settled(directory);
  await store.close();
  const { counted, said } = readBack(directory);
  for (const [n, sketches] of stories.entries())
    for (const session of [`${n}s1`, `${n}s2`])
      expect(said.get(session), JSON.stringify(sketches)).toEqual(counted.get(session));
});
