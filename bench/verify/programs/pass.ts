/** `pass.ts make|verify RECORDS SEED FAULTY ANYBODY`: makes records as they would come, verifies them or not, and says what CPU it took. */
import type { TelemetryRecord } from "@throughline/core/record";
import type { Verifier } from "@throughline/core/verify";

import { fleet } from "../fleet.ts";

/** As many as a request brings. */
const BATCH = 500;

const [what, records, seed, faulty, anybody] = process.argv.slice(2);
const source = fleet(Number(seed), Number(faulty));
const verifier = what === "verify" ? await load(anybody === "true") : undefined;
for (let made = 0; made < Number(records); made += BATCH) {
  const batch = Array.from({ length: BATCH }, () => source.next());
  take(batch);
}
take(source.rest());
verifier?.finish();
const { system, user } = process.cpuUsage();
console.log(system + user);

function take(batch: readonly TelemetryRecord[]): void {
  if (verifier !== undefined) for (const record of batch) verifier.add(record);
}

async function load(anybodyMaySpeak: boolean): Promise<Verifier> {
  const { createVerifier, everyDialect } = await import("@throughline/core/verify");
  return createVerifier(anybodyMaySpeak ? everyDialect() : {});
}
