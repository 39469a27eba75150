import type { TelemetryRecord } from "@throughline/core/record";
import * as fc from "fast-check";

import { perform } from "./perform.ts";
import { sessionPlans } from "./session-plan.ts";

/** Telemetry of one to three sessions that keep the contract, told by one agent, in the order in which it was sent. */
export const cleanSessions: fc.Arbitrary<readonly TelemetryRecord[]> = fc
  .uniqueArray(fc.record({ plan: sessionPlans, seed: fc.integer({ min: 1, max: 2 ** 30 }) }), {
    minLength: 1,
    maxLength: 3,
    selector: ({ seed }) => seed,
  })
  .map((sessions) => sessions.flatMap(({ plan, seed }) => perform(plan, seed)));
