import type { Injury } from "./injury.ts";
import { placeFaults } from "./place-faults.ts";
import { tellingFaults } from "./telling-faults.ts";

/** Everything that the mutation test does to clean telemetry. */
export const injuries: readonly Injury[] = [...placeFaults, ...tellingFaults];
