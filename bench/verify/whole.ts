import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/** What is verified: how many of a hundred spans lose the id, and whether emitters may be anybody. */
export interface Telemetry {
  readonly records: number;
  readonly seed: number;
  readonly faulty: number;
  readonly anybody: boolean;
}

const PROGRAM = fileURLToPath(new URL("programs/pass.ts", import.meta.url));
const ROUNDS = 3;

/**
 * Microseconds a record that verifying adds to a process which makes the records: loading it, compiling it, and whatever the
 * collector does for it at any time. Processes with and without take turns; one difference a round.
 */
export function addedByVerifying(telemetry: Telemetry): readonly number[] {
  return Array.from({ length: ROUNDS }, () => {
    const without = cpuOf(telemetry, "make");
    return (cpuOf(telemetry, "verify") - without) / telemetry.records;
  }).toSorted((one, other) => one - other);
}

function cpuOf({ anybody, faulty, records, seed }: Telemetry, what: "make" | "verify"): number {
  const said = execFileSync(
    process.execPath,
    [...process.execArgv, PROGRAM, what, `${records}`, `${seed}`, `${faulty}`, `${anybody}`],
    { encoding: "utf8" },
  );
  return Number(said);
}
