import { readStep, sessionKeyOf } from "@throughline/core/dialects";
import type { TelemetryRecord } from "@throughline/core/record";
import type { FindingCounts } from "@throughline/core/session";
import { createVerifier, type VerifierOptions, type VerifyReport } from "@throughline/core/verify";
import { type Entry, recordIdOf } from "./entry.ts";
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

/** Sessions of emitters with a key of their own are sessions too; the rules then say that the key is another. */
const EVERY_DIALECT: VerifierOptions = {
  keyOf: (record) => sessionKeyOf(record),
  stepOf: (span) => readStep(span)?.step,
};

/** Rules about what is missing: while a session goes on, it may still come. */
const UNTIL_OVER: VerifierOptions = {
  ...EVERY_DIALECT,
  levels: { C05: "off", C11: "off", C13: "off" },
};

interface Verified {
  readonly settled: boolean;
  readonly report: VerifyReport;
}

/** As long as what is seen of a session stays the same, so does what is found in it. */
const verified = new WeakMap<readonly Entry[], Verified>();

/** Verifies the records of one session as they are now. */
export async function sessionFindings(
  reader: Reader,
  id: string,
  pace: Pace,
): Promise<SessionFindings | null> {
  const session = reader.find(id);
  if (session === undefined) return null;
  const settled = reader.isSettled(session);
  const kept = reader.view(session).findings;
  return reader.with(session, pace, async ({ entries }) => {
    const known = verified.get(entries);
    if (known?.settled === settled) return told(session.sid, known.report, kept);
    const verifier = createVerifier(settled ? EVERY_DIALECT : UNTIL_OVER);
    for (const entry of entries) {
      // What announced an open span is among the entries itself.
      if (entry.open) continue;
      await pace.rest();
      if (pace.spent) return { ...told(session.sid, verifier.finish(), kept), partial: PARTIAL };
      const record = readRecord(entry, reader.blocks);
      const door = entry.door ?? doorOf(record, entry, session.sid);
      verifier.add(record, { recordId: recordIdOf(entry), door });
    }
    const report = verifier.finish();
    verified.set(entries, { settled, report });
    return told(session.sid, report, kept);
  });
}

/** A record with another id that is the session's all the same was minted behind its door. */
function doorOf(record: TelemetryRecord, { carried }: Entry, session: string): string | undefined {
  if (carried === undefined) return undefined;
  return sessionKeyOf(record)?.id === session ? undefined : session;
}

const PARTIAL = "The time for one answer was used up; the rest was not looked at.";

function told(session: string, report: VerifyReport, kept: FindingCounts | null): SessionFindings {
  const { improvement, information, violation } = report.summary.findings;
  const news =
    violation !== kept?.violation ||
    improvement !== kept.improvement ||
    information !== kept.information;
  return { session, report, news };
}
