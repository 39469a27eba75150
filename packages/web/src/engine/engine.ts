import {
  leastSeverity,
  type Session,
  type SessionRecord,
  type TreeNode,
} from "@throughline/core/session";

import { isError, sortOf } from "../outline/rows.ts";
import { placeOn } from "../outline/axis.ts";
import { oneLine } from "../text/visible.ts";
import { written } from "../text/written.ts";
import { detailsOf } from "./details.ts";
import { figuresOf, stepsOf } from "./figures.ts";
import { type LaidOut, layOut, type Outline, outlineOf } from "./outline.ts";
import type { Layout, LogLine, Progress, Requests, Row, Told, ViewWish } from "./protocol.ts";
import { Refused } from "../app/http.ts";
import type { Source } from "./source.ts";
import { noteOf, titleOf } from "./titles.ts";
import { transcriptOf } from "./transcript.ts";

export type Engine = {
  readonly [Name in keyof Requests]: (
    ...args: Parameters<Requests[Name]>
  ) => ReturnType<Requests[Name]>;
} & { rest(resting: boolean): void };

const everything: ViewWish = {
  hide: [],
  level: null,
  depth: null,
  toggled: [],
  find: "",
  only: false,
  anchor: null,
};

/** No oftener than this, and never more than a fifth of the time, is a growing session laid out anew. */
const leastPauseMs = 150;
const pauseShare = 4;

/** One session: its records, what follows from them, and answers about both. */
export function createEngine(source: Source, tell: (told: Told) => void): Engine {
  const records = new Map<string, SessionRecord>();
  let progress: Progress = {
    session: null,
    loaded: 0,
    complete: false,
    following: false,
    trouble: null,
  };
  /** As it was last laid out; rows and details are of this one, whatever came in since. */
  let outline: Outline | undefined;
  let stale = true;
  let laid: LaidOut | undefined;
  let lines: readonly SessionRecord[] = [];
  let version = 0;
  let costMs = 0;
  let due: ReturnType<typeof setTimeout> | undefined;
  let reading: AbortController | undefined;

  const say = (news: Partial<Progress>) => {
    progress = { ...progress, ...news };
    tell({ type: "progress", progress });
  };
  const grow = () => {
    due ??= setTimeout(
      () => {
        due = undefined;
        tell({ type: "grown" });
        say({ loaded: records.size });
      },
      version === 0 ? 0 : Math.max(leastPauseMs, costMs * pauseShare),
    );
  };
  const current = (): Outline => (outline ??= outlineOf([...records.values()]));
  const view = (wish: ViewWish): Layout => {
    const began = performance.now();
    if (stale) outline = undefined;
    stale = false;
    const { complete } = progress;
    laid = layOut(current(), wish, { version: ++version, complete });
    costMs = performance.now() - began;
    return laid.layout;
  };
  const laidOut = (): LaidOut => {
    if (laid === undefined) view(everything);
    return laid as LaidOut;
  };
  const keep = (told: readonly SessionRecord[]) => {
    for (const record of told) records.set(record.record_id, record);
    stale = true;
    grow();
  };

  return {
    open(session) {
      reading?.abort();
      reading = new AbortController();
      records.clear();
      stale = true;
      progress = { session: null, loaded: 0, complete: false, following: false, trouble: null };
      const { signal } = reading;
      const sink = {
        session: (session: Session) => say({ session }),
        records: keep,
        complete: () => {
          say({ complete: true });
          grow();
        },
        following: (following: boolean) => say({ following }),
      };
      source.read(session, sink, signal).catch((error: unknown) => {
        if (!signal.aborted) say({ trouble: troubleOf(error), following: false });
      });
    },
    rest: (resting) => source.rest(resting),
    view,
    rows(from, to) {
      const { layout, rows } = laidOut();
      const given: Row[] = [];
      for (let index = Math.max(0, from); index < Math.min(to, rows.nodes.length); index++) {
        const row = rowAt(current(), laidOut(), index);
        if (row !== null) given.push(row);
      }
      return { version: layout.version, rows: given };
    },
    reveal(id) {
      const { rows } = laidOut();
      const node = current().byId.get(id);
      if (node === undefined) return null;
      const toggled: string[] = [];
      for (let at = node.parent; at !== null; at = at.parent) {
        const index = rows.indexOf.get(at.id);
        if (index !== undefined && rows.expanded[index] === false) toggled.push(at.id);
      }
      return { index: rows.indexOf.get(id) ?? -1, toggled };
    },
    details(id) {
      const record = records.get(id);
      const node = current().byId.get(id) ?? (record === undefined ? undefined : alone(record));
      return node === undefined ? null : detailsOf(current(), node);
    },
    whole: (id, path) => wholeOf(records.get(id), path),
    logs(level, text) {
      const least = level === null ? 0 : (leastSeverity(level) ?? 0);
      const wanted = text.toLowerCase();
      lines = [...records.values()]
        .filter((record) => record.kind === "log" && isLine(record, least, wanted))
        .toSorted((a, b) => Number(a.start_ns) - Number(b.start_ns));
      return { version, total: lines.length };
    },
    logLines: (from, to) => lines.slice(from, to).map((record) => lineOf(record, current())),
    transcript: () => transcriptOf(current()),
    figures: () => figuresOf(current()),
    steps: () => stepsOf(current()),
  };
}

function troubleOf(error: unknown): string {
  return error instanceof Refused
    ? error.message
    : `The session could not be read: ${String(error)}`;
}

function rowAt(outline: Outline, { matching, rows }: LaidOut, index: number): Row | null {
  const node = rows.nodes[index];
  if (node === undefined) return null;
  const { end, oddities, record, start, turn } = node;
  const expanded = rows.expanded[index] === true;
  const isTurn = record === null || record.step === "turn";
  return {
    id: node.id,
    index,
    depth: rows.depth[index] ?? 0,
    parent: rows.parent[index] ?? -1,
    kind: isTurn ? "turn" : record.kind,
    step: record?.step ?? null,
    sort: sortOf(record),
    title: titleOf(node),
    note: noteOf(node),
    x0: placeOn(outline.axis, start),
    x1: end === null ? 1 : placeOn(outline.axis, end),
    open: end === null,
    error: isError(record),
    outcome: record?.outcome ?? null,
    severity: record?.severity ?? null,
    membership: record?.membership ?? null,
    oddities,
    expandable: rows.expandable[index] === true,
    expanded,
    errorsBelow: expanded ? 0 : (outline.errors.get(node) ?? 0) - (isError(record) ? 1 : 0),
    place: rows.place[index] ?? 1,
    among: rows.among[index] ?? 1,
    match: matching.has(node),
    ms: end === null ? null : (end - start) / 1_000,
    sinceMs: (start - outline.axis.from) / 1_000,
    turn,
  };
}

function isLine(record: SessionRecord, least: number, wanted: string): boolean {
  if (least > 0 && (leastSeverity(record.severity ?? "") ?? 0) < least) return false;
  if (wanted === "") return true;
  return [record.name, record.service, textOf(record)].some((text) =>
    text.toLowerCase().includes(wanted),
  );
}

function textOf({ attributes, body, step }: SessionRecord): string {
  if (body !== null) return written(body);
  const announced = step === "span.start" ? attributes["throughline.span.name"] : undefined;
  return typeof announced === "string" ? announced : "";
}

function lineOf(record: SessionRecord, { axis, byId }: Outline): LogLine {
  return {
    id: record.record_id,
    at: (Number(record.start_ns) / 1_000 - axis.from) / 1_000,
    severity: record.severity,
    service: oneLine(record.service, 80),
    name: oneLine(record.name, 120),
    text: oneLine(textOf(record), 400),
    membership: record.membership,
    turn: byId.get(record.record_id)?.turn ?? null,
  };
}

/** The announcement of a span that is here stands in no tree; its details can be seen all the same. */
function alone(record: SessionRecord): TreeNode {
  const start = Number(record.start_ns) / 1_000;
  const place = { parent: null, children: [], depth: 0, turn: null, oddities: [] };
  return { ...place, id: record.record_id, record, start, end: start };
}

function wholeOf(record: SessionRecord | undefined, path: readonly string[]): string {
  let value: unknown = record;
  for (const key of path) {
    value =
      typeof value === "object" && value !== null && Object.hasOwn(value, key)
        ? (value as Record<string, unknown>)[key]
        : undefined;
  }
  return typeof value === "string" ? value : (JSON.stringify(value, undefined, 2) ?? "");
}
