import type { SpanRecord } from "@throughline/core/record";
import { createVerifier, type Finding } from "@throughline/core/verify";
import * as fc from "fast-check";
import { expect, test } from "vitest";

import { stamped, trace } from "./scene.ts";

function orphansOf(records: readonly SpanRecord[]): readonly Finding[] {
  const verifier = createVerifier();
  for (const record of records) verifier.add(record);
  return verifier.finish().findings.filter(({ rule }) => rule === "C05");
}

function child(spanId: string, parentSpanId: string): SpanRecord {
  return stamped({ traceId: trace("a"), spanId, parentSpanId, name: "work" });
}

/** Halves of an id out of so few that many ids share one, and texts that no exporter sends. */
const half = fc.constantFrom("00000000", "00000001", "80000000", "ffffffff");
const usual = fc.tuple(half, half).map((halves) => halves.join(""));
const odd = fc.constantFrom(
  "0000000000000000",
  "FFFFFFFF00000001",
  "span-1",
  "ffffffff0000000",
  "ü",
);
const id = fc.oneof(usual, odd);

test("a parent is found if and only if a span has its very id", () => {
  fc.assert(
    fc.property(fc.uniqueArray(id, { maxLength: 12 }), id, (ids, parent) => {
      const found = orphansOf([
        ...ids.map((each) => child(each, "")),
        child("c0c0c0c0c0c0c0c0", parent),
      ]);
      expect(found.length).toBe(ids.includes(parent) ? 0 : 1);
    }),
  );
});

test("a finding shows a span's id as it came", () => {
  fc.assert(
    fc.property(id, (spanId) => {
      const [finding] = orphansOf([child(spanId, "dddddddddddddddd")]);
      expect(finding?.examples[0]?.span_id).toBe(spanId);
    }),
  );
});

test("fifty thousand ids that all share a half are decided in time", () => {
  const spans = 50_000;
  const idOf = (n: number): string => `${n.toString(16).padStart(8, "0")}00000001`;
  const records = Array.from({ length: spans }, (_, n) =>
    child(idOf(n), n === 0 ? "" : idOf(n - 1)),
  );
  expect(orphansOf(records)).toEqual([]);
});
