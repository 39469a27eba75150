import { createVerifier, type VerifierOptions, type VerifyReport } from "@throughline/core/verify";
import { recordIdOf } from "./entry.ts";
import type { Pace } from "./pace.ts";
import type { Reader } from "./reader.ts";
import { readRecord } from "./records.ts";

export interface SessionFindings {
  readonly session: string;
  readonly report: VerifyReport;
  /** Whether that is other than what is kept with the session. */
  readonly news: boolean;
  readonly partial?: string;
}

/** Rules about what is missing: while a session goes on, it may still come. */
const UNTIL_OVER: VerifierOptions = { levels: { C05: "off", C11: "off", C13: "off" } };

/** Verifies the records of one session as they are now. */
export async function sessionFindings(
  reader: Reader,
  id: string,
  pace: Pace,
): Promise<SessionFindings | null> {
  const session = reader.find(id);
  if (session === undefined) return null;
  return reader.with(session, pace, async ({ entries }) => {
    const verifier = createVerifier(reader.isSettled(session) ? {} : UNTIL_OVER);
    let partial = {};
    for (const entry of entries) {
      // What announced an open span is among the entries itself.
      if (entry.open) continue;
      await pace.rest();
      if (pace.spent) {
        partial = { partial: "The time for one answer was used up; the rest was not looked at." };
        break;
      }
      verifier.add(readRecord(entry, reader.blocks), { recordId: recordIdOf(entry) });
    }
    const report = verifier.finish();
    const kept = reader.view(session).findings;
    const { improvement, information, violation } = report.summary.findings;
    const news =
      violation !== kept.violation ||
      improvement !== kept.improvement ||
      information !== kept.information;
    return { session: session.sid, report, news, ...partial };
  });
}
