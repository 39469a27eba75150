import type { LogRecord, SpanLink, SpanRecord, TelemetryRecord } from "../record/record.ts";
import type { MembershipKind } from "../vocabulary.ts";

/**
 * How a record belongs to a session: `carried` > `inherited` > `joined` > `linked` > `none`.
 *
 * - carried: the record has the id.
 * - inherited: the nearest ancestor in its trace that carries an id; a log record starts at the span it points at. Spans
 *   that share an id are one place in the tree: if they carry different sessions nothing is inherited through them, and if
 *   they name different parents they have none.
 * - joined: the record came in through the session's own door, or its trace has records of exactly one session. A trace
 *   with none is still the session's if it is the one derived from the session's id: its root has just not arrived.
 * - linked: the record's own links lead to exactly one session; or its trace has no session and all that trace's links
 *   together lead to exactly one, so that detached work shows whole and not as its first span.
 *
 * Links are followed once and forwards only. What a session's span links to does not become part of the session, and a
 * link to work that is itself only linked leads nowhere: otherwise one shared batch consumer would glue sessions together.
 */
export interface Belonging {
  readonly membership: MembershipKind;
  readonly session: string | undefined;
}

export const NOWHERE: Belonging = Object.freeze({ membership: "none", session: undefined });

/** What of a record tells where it stands: a store need not decode the rest. */
export type Placed =
  | Pick<LogRecord, "kind" | "traceId" | "spanId">
  | (Pick<SpanRecord, "kind" | "traceId" | "spanId" | "parentSpanId"> & {
      readonly links: readonly Pick<SpanLink, "traceId" | "spanId">[];
    });

/**
 * The session id that a record carries, by whatever key its emitter uses, and normalised, so that equal ids are equal
 * strings. Dialects have one: sessionKeyOf.
 */
export type KeyReader<R extends Placed = TelemetryRecord> = (
  record: R,
) => { readonly id: string } | undefined;

/** What is known about one record, in canonical ids. */
export interface Evidence {
  readonly carried: string | undefined;
  /** Null where it is ambiguous. */
  readonly inherited: string | null | undefined;
  readonly joined: string | null | undefined;
  readonly linked: string | null | undefined;
}

export function belongingOf({ carried, inherited, joined, linked }: Evidence): Belonging {
  if (carried !== undefined) return { membership: "carried", session: carried };
  if (typeof inherited === "string") return { membership: "inherited", session: inherited };
  if (typeof joined === "string") return { membership: "joined", session: joined };
  if (typeof linked === "string") return { membership: "linked", session: linked };
  return NOWHERE;
}

export function sameBelonging(left: Belonging, right: Belonging): boolean {
  return left.membership === right.membership && left.session === right.session;
}
