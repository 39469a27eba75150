import { sessionRoot } from "@throughline/core";
import {
  type Belonging,
  createMembership,
  mergeTallies,
  resolve,
  tallyOf,
  type TraceTally,
} from "@throughline/core/membership";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { type GraphRecord, keyOf, recordOf } from "./graph.ts";

const root = sessionRoot("s1");
const traces = ["t1", "t2", "t3", root.traceId];
const spans = ["1", "2", "3", "4", "5", root.spanId];
const trace = fc.constantFrom(...traces);
const span = fc.constantFrom(...spans);
const session = fc.option(fc.constantFrom("s1", "s2", "inner"), { freq: 1, nil: undefined });
const door = fc.option(fc.constantFrom("s1", "run-1", "run-2"), { freq: 1, nil: undefined });
const links = fc.array(fc.record({ trace, span }), { maxLength: 2 });

/** Few ids, so that records collide: circles of parents, twins, links to what never comes, two doors for one id. */
const anySpan = fc.record({
  kind: fc.constant("span" as const),
  trace,
  span,
  parent: fc.oneof(span, fc.constant("")),
  session,
  door,
  links,
});
const anyLog = fc.record({
  kind: fc.constant("log" as const),
  trace: fc.oneof(trace, fc.constant("")),
  span: fc.oneof(span, fc.constant("")),
  session,
  door,
});
const graphs: fc.Arbitrary<readonly GraphRecord[]> = fc
  .array(fc.oneof({ weight: 3, arbitrary: anySpan }, { weight: 1, arbitrary: anyLog }), {
    minLength: 1,
    maxLength: 25,
  })
  .map((records) => records.map((record, index) => ({ id: String(index), ...record })));

const shuffled = graphs.chain((graph) =>
  fc.record({
    graph: fc.constant(graph),
    order: fc.shuffledSubarray([...graph.keys()], {
      minLength: graph.length,
      maxLength: graph.length,
    }),
    /** After which arrivals somebody asks for the changes. */
    asks: fc.array(fc.boolean(), { minLength: graph.length, maxLength: graph.length }),
  }),
);

describe("whatever the order of arrival", () => {
  test("the answers are those of all records at once", () => {
    fc.assert(
      fc.property(shuffled, ({ asks, graph, order }) => {
        const records = graph.map(recordOf);
        const doors = new Map(graph.map(({ door: own }, index) => [records[index], own]));
        const { belongings } = resolve(records, { keyOf, doorOf: (record) => doors.get(record) });

        const membership = createMembership<string>({ keyOf });
        const told = new Map<string, Belonging>();
        const listen = (): void => {
          for (const { id, ...belonging } of membership.changes()) told.set(id, belonging);
        };
        order.forEach((index, arrival) => {
          const record = records[index];
          if (record !== undefined) membership.add(String(index), record, graph[index]?.door);
          if (asks[arrival] === true) listen();
        });
        listen();

        const nowhere = { membership: "none", session: undefined };
        graph.forEach(({ id }, index) => {
          expect(membership.belongingOf(id)).toEqual(belongings[index]);
          expect(told.get(id) ?? nowhere).toEqual(belongings[index]);
        });
      }),
      { numRuns: 3_000 },
    );
  });

  test("a trace's tally is the same, by whatever grouping it was merged", () => {
    const tallies = graphs.map((graph) =>
      graph.map((record) => tallyOf(recordOf(record), keyOf, record.door)),
    );
    const all = (some: readonly TraceTally[]): TraceTally | undefined =>
      some.length === 0 ? undefined : some.reduce(mergeTallies);
    fc.assert(
      fc.property(tallies, tallies, tallies, (a, b, c) => {
        const [x, y, z] = [all(a), all(b), all(c)];
        if (x === undefined || y === undefined || z === undefined) throw new Error("never empty");
        expect(mergeTallies(x, y)).toEqual(mergeTallies(y, x));
        expect(mergeTallies(mergeTallies(x, y), z)).toEqual(mergeTallies(x, mergeTallies(y, z)));
        expect(mergeTallies(x, x)).toEqual(x);
      }),
      { numRuns: 1_000 },
    );
  });
});
