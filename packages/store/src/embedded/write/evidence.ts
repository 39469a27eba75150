import type { MembershipKind } from "@throughline/core";
import type { SkimmedSpan } from "@throughline/core/otlp";
import { hasFailed, type Meter } from "@throughline/core/session";
import { RECORD_FLAGS } from "../schema/codes.ts";
import { parentIsRemote, type ReadLog, type ReadSpan } from "./readings.ts";
import type { Trace } from "./traces.ts";

/** The flags of a span's row; `again` when another of its id was there before. */
export function spanFlags(
  span: SkimmedSpan,
  { session, step }: ReadSpan,
  meter: Meter | undefined,
  byDoor: boolean,
  again: boolean,
): number {
  return (
    common(session, byDoor, meter, step !== undefined && hasFailed(step)) |
    (parentIsRemote(span.flags) === true ? RECORD_FLAGS.remoteParent : 0) |
    (again ? RECORD_FLAGS.again : 0) |
    (span.linkCount > 0 ? RECORD_FLAGS.links : 0)
  );
}

export function logFlags(
  { reading, session }: ReadLog,
  meter: Meter | undefined,
  byDoor: boolean,
): number {
  return common(session, byDoor, meter, reading !== undefined && hasFailed(reading));
}

function common(
  session: string | undefined,
  byDoor: boolean,
  meter: Meter | undefined,
  failed: boolean,
): number {
  const evidence = session !== undefined ? RECORD_FLAGS.carried : byDoor ? RECORD_FLAGS.door : 0;
  const spending =
    meter === undefined
      ? 0
      : RECORD_FLAGS.metered |
        (meter.reported ? RECORD_FLAGS.reported : 0) |
        (meter.currency === "USD" ? 0 : RECORD_FLAGS.foreign);
  return evidence | spending | (failed ? RECORD_FLAGS.failed : 0);
}

/** How a record of a known session belongs to it as far as is known by now: for who follows live. */
export function membershipNow(
  flags: number,
  inherits: boolean,
  trace: Trace | undefined,
): MembershipKind {
  if ((flags & RECORD_FLAGS.carried) !== 0) return "carried";
  if (inherits) return "inherited";
  return (flags & RECORD_FLAGS.door) === 0 && trace?.belongs === 0 ? "linked" : "joined";
}
