import {
  createMembership,
  mergeTallies,
  resolve,
  sessionOfStrand,
  sessionOfTrace,
  splitTarget,
  tallyOf,
  targetOf,
} from "@throughline/core/membership";
import { describe, expect, test } from "vitest";

import { type GraphRecord, keyOf, recordOf } from "./graph.ts";

const same = (session: string): string => session;

function chain(length: number): GraphRecord[] {
  return Array.from({ length }, (_, depth) => ({
    id: String(depth),
    kind: "span" as const,
    trace: "t1",
    span: `s${depth}`,
    parent: depth === 0 ? "" : `s${depth - 1}`,
    session: depth === 0 ? "top" : depth === length - 1 ? "bottom" : undefined,
  }));
}

describe("traces as deep and wide as strangers make them", () => {
  const deep = chain(50_000);

  test.each([
    ["root first", deep],
    ["leaf first, as spans end", deep.toReversed()],
  ])("50,000 levels, %s, asked after every record", (_, ordered) => {
    const membership = createMembership<string>({ keyOf });
    let changes = 0;
    for (const record of ordered) {
      membership.add(record.id, recordOf(record));
      changes += membership.changes().length;
    }
    // Everybody was told at most twice: joined to the session seen first, then what it is in the end.
    expect(changes).toBeLessThanOrEqual(2 * deep.length);
    expect(membership.belongingOf("49998")).toEqual({ membership: "inherited", session: "top" });
  });

  test("50,000 levels at once", () => {
    const { belongings } = resolve(deep.map(recordOf), { keyOf });
    expect(belongings[49_998]).toEqual({ membership: "inherited", session: "top" });
    expect(belongings[49_999]).toEqual({ membership: "carried", session: "bottom" });
  });

  test("a strand of 50,000 records joins when the id arrives last", () => {
    const membership = createMembership<number>({ keyOf });
    for (let n = 0; n < 50_000; n++)
      membership.add(
        n,
        recordOf({ id: "", kind: "span", trace: "t1", span: `s${n}`, parent: "s0" }),
      );
    expect(membership.changes()).toEqual([]);
    membership.add(-1, recordOf({ id: "", kind: "log", trace: "t1", span: "", session: "late" }));
    expect(membership.changes()).toHaveLength(50_001);
    expect(membership.belongingOf(49_999)).toEqual({ membership: "joined", session: "late" });
  });
});

describe("what is kept of a trace", () => {
  const tally = (record: Omit<GraphRecord, "id" | "kind" | "trace" | "span">) =>
    tallyOf(recordOf({ id: "", kind: "span", trace: "t", span: "1", ...record }), keyOf);

  test("no session, one, several; and never more than a few ids", () => {
    expect(sessionOfTrace(tally({}), same)).toBeUndefined();
    expect(sessionOfTrace(tally({ session: "s1" }), same)).toBe("s1");
    const two = mergeTallies(tally({ session: "s1" }), tally({ session: "s2" }));
    expect(sessionOfTrace(two, same)).toBeNull();
    expect(sessionOfTrace(two, () => "alias")).toBe("alias");

    const thousand = Array.from({ length: 1_000 }, (_, n) => tally({ session: `s${n}` }));
    expect(thousand.reduce(mergeTallies)).toEqual({ sessions: "many", targets: [] });
  });

  test("a strand follows its links to one session, a batch consumer to none", () => {
    const link = (n: number) => tally({ links: [{ trace: `t${n}`, span: "" }] });
    const strand = mergeTallies(link(1), link(2));
    expect(strand.targets).toEqual([targetOf("t1", ""), targetOf("t2", "")]);
    expect(sessionOfStrand(strand, () => "s1")).toBe("s1");
    expect(sessionOfStrand(strand, (target) => splitTarget(target)[0])).toBeUndefined();
    expect(sessionOfStrand(strand, () => undefined)).toBeUndefined();

    const batch = Array.from({ length: 1_000 }, (_, n) => link(n)).reduce(mergeTallies);
    expect(batch.targets).toBe("many");
    expect(sessionOfStrand(batch, () => "s1")).toBeUndefined();
  });

  test("a forgotten trace still says where it belonged to who comes later", () => {
    const membership = createMembership<string>({ keyOf });
    const add = (record: GraphRecord): void => membership.add(record.id, recordOf(record));
    add({ id: "a", kind: "span", trace: "t1", span: "1", session: "s1" });
    membership.forget("t1");
    add({ id: "late", kind: "log", trace: "t1", span: "1" });
    add({
      id: "linked",
      kind: "span",
      trace: "t2",
      span: "2",
      links: [{ trace: "t1", span: "1" }],
    });
    expect(membership.belongingOf("a").membership).toBe("none");
    expect(membership.belongingOf("late")).toEqual({ membership: "joined", session: "s1" });
    expect(membership.belongingOf("linked")).toEqual({ membership: "linked", session: "s1" });
  });
});
