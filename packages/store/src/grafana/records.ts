import { structuredMetadataName } from "@throughline/core";
import { readLog, readStep } from "@throughline/core/dialects";
import { microsOf } from "@throughline/core/session";
import type { RecordPage, RecordQuery } from "../home.ts";
import { readCursor, writeCursor } from "../embedded/read/cursor.ts";
import { type Outline, passesOutline, passesRecord } from "../embedded/read/filter.ts";
import { type Held, jsonOf, type Placed, startOf } from "./held.ts";
import type { SessionLook } from "./look.ts";

const LIMIT = 500;
const MOST = 5_000;
const ERROR = 17;

/** Where a record stands in the order of its session. */
export interface Position {
  readonly startNs: bigint;
  readonly id: string;
}

export function readPosition(cursor: string, of: string): Position {
  const [start, id] = readCursor(cursor, [of], ["text", "text"]);
  return { startNs: /^\d{1,20}$/.test(start) ? BigInt(start) : 0n, id };
}

export function writePosition(of: string, held: Held): string {
  return writeCursor(of, String(startOf(held.record)), held.id);
}

/** Negative where one comes before the other, by start and then by id. */
export function comparePositions(one: Position, other: Position): number {
  if (one.startNs !== other.startNs) return one.startNs < other.startNs ? -1 : 1;
  return one.id < other.id ? -1 : one.id > other.id ? 1 : 0;
}

export function positionOf({ id, record }: Held): Position {
  return { startNs: startOf(record), id };
}

/** One page of a session's records. */
export function pageOf(look: SessionLook, query: RecordQuery): RecordPage {
  const after = query.cursor === undefined ? undefined : readPosition(query.cursor, "records");
  const limit = Math.min(query.limit ?? LIMIT, MOST);
  const passes = recordFilter(look, query);
  const given: Placed[] = [];
  for (const place of look.places) {
    if (after !== undefined && comparePositions(positionOf(place), after) <= 0) continue;
    if (!passes(place)) continue;
    given.push(place);
    if (given.length > limit) break;
  }
  const page = given.slice(0, limit);
  const last = page.at(-1);
  return {
    records: page.map((place) => jsonOf(place, look.over)),
    next: given.length > limit && last !== undefined ? writePosition("records", last) : null,
    ...(look.partial !== undefined && { partial: look.partial }),
  };
}

export function recordFilter(
  { turns }: Pick<SessionLook, "turns">,
  query: RecordQuery,
): (place: Placed) => boolean {
  const inTurn = turnFilter(query.turn, turns);
  return (place) => passes(query, place) && inTurn(place);
}

export function passes(
  query: RecordQuery,
  { open = false, record }: Held & { readonly open?: boolean },
): boolean {
  return (
    passesOutline(query, outlineOf(record, open)) && passesRecord(folded(query, record), record)
  );
}

/** Loki gives back names that nobody knows without their dots. */
function folded(query: RecordQuery, { attributes, kind }: Held["record"]): RecordQuery {
  if (kind === "span" || query.attributes === undefined) return query;
  const named = Object.entries(query.attributes).map(([name, value]) => [
    name in attributes ? name : structuredMetadataName(name),
    value,
  ]);
  return { ...query, attributes: Object.fromEntries(named) };
}

function outlineOf(record: Held["record"], open: boolean): Outline {
  const severity =
    record.kind === "log"
      ? record.severityNumber
      : record.status.code === "error" && !open
        ? ERROR
        : 0;
  const service = record.resource.attributes["service.name"];
  return {
    kind: record.kind,
    micros: microsOf(startOf(record)),
    severity,
    service: typeof service === "string" ? service : "",
  };
}

/** By number or by id. Below the turn's span the tree tells; records elsewhere may name their turn themselves. */
function turnFilter(
  wanted: string | undefined,
  turns: readonly Placed[],
): (place: Placed) => boolean {
  if (wanted === undefined) return () => true;
  const number = /^\d{1,9}$/.test(wanted) ? Number(wanted) : -1;
  const byNumber = turns[number];
  const index =
    byNumber === undefined ? turns.findIndex((turn) => turnIdOf(turn) === wanted) : number;
  const id = byNumber === undefined ? wanted : turnIdOf(byNumber);
  return (place) =>
    place.turn >= 0 && index >= 0
      ? place.turn === index
      : id !== undefined && turnIdOf(place) === id;
}

function turnIdOf({ record }: Held): string | undefined {
  return (readStep(record) ?? readLog(record))?.turn;
}
