import { type Belonging, createMembership, resolve } from "@throughline/core/membership";
import { describe, expect, test } from "vitest";

import vectors from "../../../../contract/vectors/membership.json" with { type: "json" };
import { type GraphRecord, keyOf, recordOf } from "./graph.ts";

interface Expected {
  readonly belongings: Readonly<Record<string, { membership: string; session: string | null }>>;
  readonly aliases?: Readonly<Record<string, readonly string[]>>;
}

const cases: readonly {
  readonly name: string;
  readonly input: { readonly records: readonly unknown[] };
  readonly expected: unknown;
}[] = vectors.cases;

describe.each(cases)("$name", ({ expected, input }) => {
  const graph = input.records as readonly GraphRecord[];
  const { aliases = {}, belongings } = expected as Expected;

  test.each([
    ["as written", graph],
    ["backwards", graph.toReversed()],
  ])("one record after the other, %s", (_, ordered) => {
    const membership = createMembership<string>({ keyOf });
    for (const { door, id, ...rest } of ordered)
      membership.add(id, recordOf({ id, ...rest }), door);
    for (const [id, wanted] of Object.entries(belongings))
      expect({ id, ...wire(membership.belongingOf(id)) }).toEqual({ id, ...wanted });
    for (const [id, wanted] of Object.entries(aliases)) {
      expect(membership.aliases(id)).toEqual(wanted);
      expect(membership.canonical(id)).toBe(wanted[0]);
    }
  });

  test("all at once", () => {
    const records = graph.map(recordOf);
    const doors = new Map(graph.map(({ door }, index) => [records[index], door]));
    const resolution = resolve(records, { keyOf, doorOf: (record) => doors.get(record) });
    expect(
      Object.fromEntries(
        graph.map(({ id }, index) => [id, wire(resolution.belongings[index])] as const),
      ),
    ).toEqual(belongings);
    for (const [id, wanted] of Object.entries(aliases))
      expect(resolution.aliases(id)).toEqual(wanted);
  });
});

function wire(belonging: Belonging | undefined): {
  membership: string | undefined;
  session: string | null;
} {
  return { membership: belonging?.membership, session: belonging?.session ?? null };
}
