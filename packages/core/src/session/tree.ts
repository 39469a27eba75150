import { attr } from "../names.ts";
import type { SessionRecord } from "./session.ts";

/** What is odd about where a record stands; shown beside it, never hidden. */
export type Oddity =
  /** Its parent is no record of this session. */
  | "orphan"
  /** Its parents lead back to itself; it was taken out of the ring. */
  | "cycle"
  /** It starts before its parent, which only skewed clocks can do. */
  | "early";

/** One record in its place. A node without a record is a turn that nothing but a prompt tells of. */
export interface TreeNode {
  readonly id: string;
  readonly record: SessionRecord | null;
  readonly parent: TreeNode | null;
  /** Spans and log records together, by start. */
  readonly children: readonly TreeNode[];
  /** 0 at the top. */
  readonly depth: number;
  /** From 0, of the turn that it is or stands in; null before the first. */
  readonly turn: number | null;
  readonly oddities: readonly Oddity[];
  /** Microseconds since the epoch; `end` is null while the work is unfinished. */
  readonly start: number;
  readonly end: number | null;
}

export interface SessionTree {
  readonly roots: readonly TreeNode[];
  /** Every node, parents before children, siblings by start: the order in which a tree is read. */
  readonly nodes: readonly TreeNode[];
  readonly turns: readonly TreeNode[];
}

interface Draft {
  id: string;
  record: SessionRecord | null;
  parent: Draft | null;
  children: Draft[];
  depth: number;
  turn: number | null;
  oddities: Oddity[];
  start: number;
  end: number | null;
}

/**
 * One session as a tree: turn, step, log record. Records may come in any order, twice, without their parents, or with
 * parents in a ring; every one of them finds a place, and nothing recurses, so that depth is no danger.
 *
 * What stands below the session's root only (turns, detached work) has no parent here: turns are the top. What else has no
 * parent is put under its turn: the one it names, else the last that began before it. Where no span is a turn, each prompt
 * opens one.
 */
export function sessionTree(records: Iterable<SessionRecord>): SessionTree {
  const drafts = draftsOf(records);
  const spans = new Map<string, Draft>();
  for (const draft of drafts) {
    if (draft.record?.kind === "span") spans.set(spanKey(draft.record), draft);
  }
  for (const draft of drafts) draft.parent = parentOf(draft, spans);
  breakRings(drafts);
  const turns = turnsOf(drafts);
  const tops = placeTops(drafts, turns);
  for (const draft of drafts) {
    const { parent } = draft;
    if (parent === null) continue;
    parent.children.push(draft);
    if (draft.record?.kind === "span" && parent.record !== null && draft.start < parent.start) {
      draft.oddities.push("early");
    }
  }
  return { roots: tops, nodes: inReadingOrder(tops), turns };
}

/** By start; of a span told twice the finished telling, of two finished ones the first. */
function draftsOf(records: Iterable<SessionRecord>): Draft[] {
  const kept = new Map<string, SessionRecord>();
  const announcements: SessionRecord[] = [];
  for (const record of records) {
    const key = record.kind === "span" ? spanKey(record) : record.record_id;
    if (record.kind === "log" && record.step === "span.start") announcements.push(record);
    else if ((kept.get(key)?.end_ns ?? null) === null) kept.set(key, record);
  }
  // An announcement whose span is here too says nothing of its own.
  for (const record of announcements) {
    if (!kept.has(spanKey(record))) kept.set(record.record_id, record);
  }
  return [...kept.values()].map(draftOf).toSorted(byStart);
}

/**
 * Of one moment: the turn that a prompt opens, spans, then what was logged, as it came. Spans come when they end and by way
 * of several engines, so of two with one start the lower id is first everywhere.
 */
function byStart(a: Draft, b: Draft): number {
  const order = a.start - b.start || rank(a) - rank(b);
  if (order !== 0 || a.record?.kind !== "span") return order;
  return a.id < b.id ? -1 : 1;
}

function rank({ record }: Draft): number {
  return record === null ? 0 : record.kind === "span" ? 1 : 2;
}

function draftOf(record: SessionRecord): Draft {
  const start = Number(record.start_ns) / 1000;
  return {
    id: record.record_id,
    record,
    parent: null,
    children: [],
    depth: 0,
    turn: null,
    oddities: [],
    start,
    end: record.end_ns === null ? null : Number(record.end_ns) / 1000,
  };
}

function spanKey({ span_id, trace_id }: SessionRecord): string {
  return `${trace_id}/${span_id}`;
}

function parentOf(draft: Draft, spans: ReadonlyMap<string, Draft>): Draft | null {
  const { record } = draft;
  if (record === null || record.step === "session") return null;
  const id = record.kind === "span" ? record.parent_span_id : record.span_id;
  if (id === "") return null;
  const parent = spans.get(`${record.trace_id}/${id}`);
  if (parent === undefined) {
    if (record.kind === "span") draft.oddities.push("orphan");
    return null;
  }
  if (parent === draft) {
    draft.oddities.push("cycle");
    return null;
  }
  return parent.record?.step === "session" ? null : parent;
}

/** Walks up from every record once; who meets itself is let go at the top. */
function breakRings(drafts: readonly Draft[]): void {
  const walked = new Map<Draft, Draft>();
  for (const draft of drafts) {
    let at: Draft | null = draft;
    while (at !== null && !walked.has(at)) {
      walked.set(at, draft);
      at = at.parent;
    }
    if (at === null || walked.get(at) !== draft) continue;
    at.parent = null;
    at.oddities.push("cycle");
  }
}

/** A turn below a turn is a step of it. One below a web server's span is a turn all the same. */
function turnsOf(drafts: Draft[]): Draft[] {
  const below = new Map<Draft, boolean>();
  const spans = drafts.filter((draft) => isTurn(draft) && !isBelowTurn(draft, below));
  const turns = spans.length > 0 ? spans : promptTurns(drafts);
  for (const [index, turn] of turns.entries()) turn.turn = index;
  return turns;
}

function isTurn({ record }: Draft): boolean {
  return record?.kind === "span" && record.step === "turn";
}

function isBelowTurn(draft: Draft, known: Map<Draft, boolean>): boolean {
  const path: Draft[] = [];
  let below: boolean | undefined;
  for (let at = draft; below === undefined;) {
    path.push(at);
    const { parent } = at;
    below = known.get(at) ?? (parent === null ? false : isTurn(parent) || undefined);
    if (parent !== null) at = parent;
  }
  for (const at of path) known.set(at, below);
  return below;
}

/** Emitters without turn spans say what the user asked: each prompt opens a turn up to the next. */
function promptTurns(drafts: Draft[]): Draft[] {
  const prompts = drafts.filter(
    ({ parent, record }) => parent === null && record?.kind === "log" && record.step === "prompt",
  );
  const turns = prompts.map(({ id, start }): Draft => ({
    id: `turn of ${id}`,
    record: null,
    parent: null,
    children: [],
    depth: 0,
    turn: null,
    oddities: [],
    start,
    end: start,
  }));
  drafts.push(...turns);
  drafts.sort(byStart);
  return turns;
}

/** Puts what has no parent under its turn, where it has one; returns what stays at the top. */
function placeTops(drafts: readonly Draft[], turns: readonly Draft[]): Draft[] {
  const named = new Map<unknown, Draft>();
  for (const turn of turns) {
    const id = turn.record?.attributes[attr.turnId];
    if (turn.parent === null && typeof id === "string" && !named.has(id)) named.set(id, turn);
  }
  const tops: Draft[] = [];
  let latest: Draft | undefined;
  for (const draft of drafts) {
    if (draft.parent !== null) continue;
    if (draft.turn !== null) latest = draft;
    const turn =
      draft.turn !== null || stands(draft)
        ? undefined
        : (named.get(draft.record?.attributes[attr.turnId]) ?? latest);
    if (turn === undefined) {
      tops.push(draft);
      continue;
    }
    draft.parent = turn;
    if (turn.record === null) {
      turn.end = turn.end === null || draft.end === null ? null : Math.max(turn.end, draft.end);
    }
  }
  return tops;
}

/** The session's own beginning, end and segments stand beside the turns. */
function stands({ record }: Draft): boolean {
  const step = record?.step;
  return step === "session" || step === "session.start" || step === "session.end";
}

function inReadingOrder(tops: readonly Draft[]): Draft[] {
  const order: Draft[] = [];
  const waiting = tops.toReversed();
  for (let draft = waiting.pop(); draft !== undefined; draft = waiting.pop()) {
    if (draft.parent !== null) {
      draft.depth = draft.parent.depth + 1;
      draft.turn ??= draft.parent.turn;
    }
    order.push(draft);
    for (let index = draft.children.length - 1; index >= 0; index--) {
      const child = draft.children[index];
      if (child !== undefined) waiting.push(child);
    }
  }
  return order;
}
