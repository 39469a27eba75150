import { createVerifier, type Finding, type RuleId, ruleIds } from "@throughline/core/verify";
import type { TelemetryRecord } from "@throughline/core/record";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { cleanSessions } from "./clean-sessions.ts";
import { injuries } from "./faults.ts";
import type { Injury } from "./injury.ts";

function findingsOf(records: readonly TelemetryRecord[]): readonly Finding[] {
  const verifier = createVerifier();
  for (const record of records) verifier.add(record);
  return verifier.finish().findings;
}

/** The records with one of them hurt, or nothing if the injury fits none. `pick` chooses among those it fits. */
function hurt(
  records: readonly TelemetryRecord[],
  injury: Injury,
  pick: number,
): readonly TelemetryRecord[] | undefined {
  const fitting = [...records.keys()].filter((index) => {
    const record = records[index];
    return record !== undefined && injury.fits(record, records);
  });
  const victim = fitting[pick % Math.max(fitting.length, 1)];
  return victim === undefined
    ? undefined
    : records.flatMap((record, index) =>
        index === victim ? [...injury.hurt(record, records)] : [record],
      );
}

describe("one fault in telemetry that was clean", () => {
  test.each(injuries)("$rule: $name", (injury) => {
    let injured = 0;
    fc.assert(
      fc.property(cleanSessions, fc.nat(), (records, pick) => {
        const broken = hurt(records, injury, pick);
        // Not every session has a delegation, a second process or a failure in it.
        fc.pre(broken !== undefined);
        injured++;
        const reported = new Set<RuleId>(findingsOf(broken).map(({ rule }) => rule));
        expect([...reported]).toEqual([injury.rule]);
      }),
      { numRuns: 10 },
    );
    expect(injured).toBeGreaterThanOrEqual(10);
  });

  test("every rule has its injuries", () => {
    expect(new Set(injuries.map(({ rule }) => rule))).toEqual(new Set(ruleIds));
  });
});
