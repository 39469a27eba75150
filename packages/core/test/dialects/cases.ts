import { expect, it } from "vitest";
import { readLog, readStep, sessionKeyOf } from "@throughline/core/dialects";
import type { TelemetryRecord } from "@throughline/core/record";

/**
 * What a record says, a record as its emitter sends it, what is read (an undefined field must be absent; `null` is no step and
 * no call), and the session with the key it was read from.
 */
export type Case = readonly [
  says: string,
  record: TelemetryRecord,
  reading: object | null,
  session?: string | undefined,
];

export function readsAs(cases: readonly Case[]): void {
  for (const [says, record, expected, session] of cases) {
    it(says, () => {
      const reading = readStep(record) ?? readLog(record);
      if (expected === null) expect(reading).toBeUndefined();
      else {
        const entries = Object.entries(expected);
        expect(reading).toMatchObject(
          Object.fromEntries(entries.filter(([, value]) => value !== undefined)),
        );
        for (const [field, value] of entries)
          if (value === undefined) expect(reading).not.toHaveProperty(field);
      }
      const key = sessionKeyOf(record);
      expect(key && `${key.id} (${key.source})`).toBe(session);
    });
  }
}
