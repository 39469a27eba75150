import { readStep } from "@throughline/core/dialects";
import { createVerifier, type VerifierOptions, type VerifyReport } from "@throughline/core/verify";
import type { Profile } from "@throughline/core";
import { keyOf, type Placed } from "./held.ts";
import type { SessionLook } from "./look.ts";

/** Rules about what is missing: while a session goes on, it may still come. */
const UNTIL_OVER = { C05: "off", C11: "off", C13: "off" } as const;

/** Verifies what the engines show of one session. */
export function verify({ id, places, settled }: SessionLook, profile: Profile): VerifyReport {
  const options: VerifierOptions = {
    keyOf: (record) => keyOf(record, profile),
    stepOf: (span) => readStep(span)?.step,
    ...(!settled && { levels: UNTIL_OVER }),
  };
  const verifier = createVerifier(options);
  for (const each of places)
    if (!each.open)
      verifier.add(each.record, {
        recordId: each.id,
        door: each.door ?? doorOf(each, id, profile),
      });
  return verifier.finish();
}

/** A record with another id that is the session's all the same was minted behind its door. */
function doorOf({ record }: Placed, session: string, profile: Profile): string | undefined {
  const carried = keyOf(record, profile)?.id;
  return carried === undefined || carried === session ? undefined : session;
}
