import { microsOf } from "@throughline/core/session";
import type { LabelCompare, LogExpression, Matcher, Stage } from "@throughline/query/logql";
import type { FieldExpression } from "@throughline/query/traceql";
import { settleTurns } from "../embedded/read/turns.ts";
import type { RecordPage, RecordQuery } from "../home.ts";
import { structuredMetadataName } from "@throughline/core";
import { leastSeverity } from "@throughline/core/session";
import { type Engines, Fetched } from "./fetch.ts";
import { gatherTargets } from "./gather.ts";
import { type Held, heldLine, jsonOf, place, startOf } from "./held.ts";
import { attribute, comparison, lines } from "./queries.ts";
import { comparePositions, passes, positionOf, readPosition, writePosition } from "./records.ts";
import { type Alternative, type FoundTrace, MOST_SPANS } from "./tempo.ts";
import type { Window } from "./window.ts";

const LIMIT = 100;
const MOST = 1_000;
/** Traces that are fetched before it is seen whether they were enough. */
const BATCH = 16;
const MOST_LINES = 50_000;
const ERROR = 17;

/**
 * Records of all sessions, and of none, newest first. What the engines can filter they do; text anywhere in a record is looked
 * for here, in everything else that they find.
 */
export async function searchRecords(
  engines: Engines,
  query: RecordQuery & { readonly since: number },
  window: Window,
  signal?: AbortSignal,
): Promise<RecordPage> {
  const after = query.cursor === undefined ? undefined : readPosition(query.cursor, "search");
  const limit = Math.min(query.limit ?? LIMIT, MOST);
  const until =
    after === undefined ? window.until : Math.min(window.until, microsOf(after.startNs) / 1000 + 1);
  const fetched = new Fetched(engines, { ...window, until }, signal);
  const wanted = (held: Held): boolean =>
    passes(query, held) && (after === undefined || comparePositions(positionOf(held), after) < 0);
  const [spans, logs] = await Promise.all([
    query.kind === "log" ? [] : newestSpans(fetched, query, wanted, limit + 1),
    query.kind === "span"
      ? []
      : newestLines(fetched, engines, query, { ...window, until }, wanted, limit + 1, signal),
  ]);
  for (const log of logs) fetched.hold(log);
  const found = [...spans, ...logs].toSorted(newestFirst);
  const given = found.slice(0, limit);
  await fetched.traces(
    given.flatMap(({ record }) => (record.traceId === "" ? [] : [record.traceId])),
  );
  await gatherTargets(fetched);
  const { places } = place(fetched.held, engines.profile);
  settleTurns(places);
  const byId = new Map(places.map((each) => [each.id, each]));
  const last = given.at(-1);
  return {
    records: given.flatMap(({ id }) => {
      const placed = byId.get(id);
      return placed === undefined ? [] : [jsonOf(placed, false)];
    }),
    next: found.length > limit && last !== undefined ? writePosition("search", last) : null,
    ...(fetched.partial !== undefined && { partial: fetched.partial }),
  };
}

/** Traces are fetched from the one with the newest matching span on, until no other can have a newer one. */
async function newestSpans(
  fetched: Fetched,
  query: RecordQuery,
  wanted: (held: Held) => boolean,
  enough: number,
): Promise<readonly Held[]> {
  const traces = await fetched.tracesWith(spanCondition(query), MOST_SPANS);
  const bounds = traces
    .map((trace) => ({ id: trace.traceId, newest: newestIn(trace) }))
    .toSorted((one, other) => (one.newest < other.newest ? 1 : -1));
  let hits: Held[] = [];
  for (let at = 0; at < bounds.length; at += BATCH) {
    const next = bounds[at]?.newest ?? 0n;
    const least = hits[enough - 1];
    if (least !== undefined && startOf(least.record) > next) break;
    const ids = bounds.slice(at, at + BATCH).map(({ id }) => id);
    const members = new Set(ids);
    const held = await fetched.traces(ids);
    const some = held.filter(
      (each) => each.record.kind === "span" && members.has(each.record.traceId) && wanted(each),
    );
    hits = [...hits, ...some].toSorted(newestFirst).slice(0, enough);
  }
  return hits;
}

const FOREVER = 1n << 64n;

/** Where not all spans that match were told, any later one may be the newest. */
function newestIn({ matched, spans }: FoundTrace): bigint {
  if (matched > spans.length) return FOREVER;
  return spans.reduce((newest, { startNs }) => (startNs > newest ? startNs : newest), 0n);
}

async function newestLines(
  fetched: Fetched,
  { loki, profile, selector }: Engines,
  query: RecordQuery,
  window: Window,
  wanted: (held: Held) => boolean,
  enough: number,
  signal: AbortSignal | undefined,
): Promise<readonly Held[]> {
  if (loki === undefined) return [];
  const held: Held[] = [];
  let looked = 0;
  for await (const page of loki.pages(lineQuery(query, selector), window, signal)) {
    for (const said of page.warnings) fetched.note(said);
    for (const line of page.lines) {
      const each = heldLine(line, profile);
      if (wanted(each)) held.push(each);
    }
    looked += page.lines.length;
    if (held.length >= enough) break;
    if (looked < MOST_LINES) continue;
    fetched.note(`Only the newest ${MOST_LINES} log records were looked at.`);
    break;
  }
  return held;
}

function newestFirst(one: Held, other: Held): number {
  return comparePositions(positionOf(other), positionOf(one));
}

/** What Tempo can tell spans by. */
function spanCondition({ attributes = {}, errors, level, service }: RecordQuery): Alternative[] {
  const operands: FieldExpression[] = [];
  if (service !== undefined)
    operands.push(comparison(attribute("resource", "service.name"), "=", service));
  if (errors === true || level !== undefined)
    operands.push({
      kind: "comparison",
      operator: "=",
      left: { kind: "intrinsic", name: "status" },
      right: { kind: "literal", type: "status", value: "error" },
    });
  for (const [name, value] of Object.entries(attributes)) {
    // What looks like a number may be one: here it is compared as text, there by its type.
    const isText = !/^(?:true|false|-?\d.*|-?Infinity|NaN)$/s.test(value);
    if (isText && name !== "") operands.push(comparison(attribute("span", name), "=", value));
  }
  const [only, ...others] = operands;
  if (only === undefined) return [];
  return [{ condition: others.length === 0 ? only : { kind: "and", operands } }];
}

/** What Loki can tell lines by. */
function lineQuery(
  { attributes = {}, errors, level, service }: RecordQuery,
  selector: readonly Matcher[],
): LogExpression {
  const stages: Stage[] = [];
  const least = Math.max(errors === true ? ERROR : 0, leastSeverity(level ?? "") ?? 0);
  if (least > 0)
    stages.push({ kind: "label-filter", condition: atLeast("severity_number", least) });
  for (const [name, value] of Object.entries(attributes))
    stages.push({
      kind: "label-filter",
      condition: {
        kind: "label-match",
        matcher: { label: structuredMetadataName(name), operator: "=", value },
      },
    });
  const ofService: Matcher[] =
    service === undefined ? [] : [{ label: "service_name", operator: "=", value: service }];
  return lines([...selector, ...ofService], stages);
}

function atLeast(label: string, value: number): LabelCompare {
  return { kind: "label-compare", label, operator: ">=", type: "number", value };
}
