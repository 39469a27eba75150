import { createVerifier } from "@throughline/core/verify";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { cleanSessions } from "./clean-sessions.ts";

describe("sessions that keep the contract", () => {
  test("give no finding, in whatever order their records arrive", () => {
    const told = cleanSessions.chain((records) =>
      fc.shuffledSubarray([...records], { minLength: records.length, maxLength: records.length }),
    );
    fc.assert(
      fc.property(told, (records) => {
        const verifier = createVerifier();
        for (const record of records) verifier.add(record);
        const { findings, summary } = verifier.finish();
        expect(findings).toEqual([]);
        expect(summary.membership.carried).toBe(records.length);
      }),
      { numRuns: 1_000 },
    );
  });
});
