/** What the page asks of a session's engine and is told by it. Plain data: an engine may live in a worker. */
import type { Message } from "@throughline/core/dialects";
import type { Oddity, Session, SessionRecord } from "@throughline/core/session";

import type { Axis } from "../outline/axis.ts";
import type { Sort } from "../outline/rows.ts";

/** How the tree is to be shown; the engine's side of the address. */
export interface ViewWish {
  readonly hide: readonly Sort[];
  readonly level: string | null;
  readonly depth: number | null;
  readonly toggled: readonly string[];
  readonly find: string;
  readonly only: boolean;
  /** The row that must not move while rows come in above it. */
  readonly anchor: string | null;
}

export interface Row {
  readonly id: string;
  readonly index: number;
  readonly depth: number;
  /** The row above it in the tree; -1 at the top. */
  readonly parent: number;
  readonly kind: "turn" | "span" | "log";
  readonly step: string | null;
  readonly sort: Sort | null;
  readonly title: string;
  readonly note: string;
  /** On the axis, from 0 to 1. */
  readonly x0: number;
  readonly x1: number;
  readonly open: boolean;
  readonly error: boolean;
  readonly outcome: string | null;
  readonly severity: string | null;
  readonly membership: SessionRecord["membership"] | null;
  readonly oddities: readonly Oddity[];
  readonly expandable: boolean;
  readonly expanded: boolean;
  /** Errors in what is folded away below it. */
  readonly errorsBelow: number;
  readonly place: number;
  readonly among: number;
  readonly match: boolean;
  readonly ms: number | null;
  readonly sinceMs: number;
  readonly turn: number | null;
}

/** Columns of the overview: for each what happens in it, as bits. */
export const mapBits = {
  turn: 1,
  llm: 2,
  tool: 4,
  other: 8,
  log: 16,
  error: 32,
  open: 64,
} as const;

export interface Layout {
  /** Rows fetched for another version are stale. */
  readonly version: number;
  /** Of everything that was there when the reading began. */
  readonly complete: boolean;
  readonly rows: number;
  readonly records: number;
  readonly logs: number;
  readonly axis: Axis;
  readonly map: Uint8Array;
  /** Row numbers of what was found and of errors, ascending. */
  readonly matches: readonly number[];
  readonly errors: readonly number[];
  readonly turns: readonly number[];
  readonly anchorIndex: number | null;
  /** How many records of each sort there are, shown or not. */
  readonly sorts: Readonly<Record<Sort, number>>;
  readonly deepest: number;
  readonly oddities: Readonly<Record<Oddity, number>>;
}

export interface Progress {
  readonly session: Session | null;
  readonly loaded: number;
  readonly complete: boolean;
  /** Following live; the time of the last event. */
  readonly following: boolean;
  readonly trouble: string | null;
}

export interface Field {
  readonly key: string;
  readonly value: string;
  /** Characters left out of `value`. */
  readonly left: number;
}

export interface ShownMessage extends Message {
  readonly left: number;
}

/** Everything the details panel shows of one record; long texts are cut, and say so. */
export interface Details {
  readonly record: Omit<SessionRecord, "attributes" | "body" | "events" | "links">;
  readonly title: string;
  readonly reading: { readonly [name: string]: string | number };
  readonly path: readonly { readonly id: string; readonly title: string }[];
  readonly attributes: readonly Field[];
  readonly body: Field | null;
  readonly events: readonly { name: string; sinceMs: number; attributes: readonly Field[] }[];
  readonly links: readonly {
    trace: string;
    span: string;
    /** The row it leads to, where that is in this session. */
    target: string | null;
    attributes: readonly Field[];
  }[];
  readonly messages: readonly { readonly part: string; readonly list: readonly ShownMessage[] }[];
  readonly tool: { readonly input: Field | null; readonly output: Field | null } | null;
  readonly oddities: readonly Oddity[];
  readonly sinceMs: number;
  readonly ms: number | null;
  readonly turn: number | null;
}

export type TranscriptItem =
  | {
      readonly kind: "turn";
      readonly id: string;
      readonly turn: number;
      readonly at: number;
      readonly ms: number | null;
      readonly error: boolean;
    }
  | {
      readonly kind: "message";
      readonly id: string;
      readonly role: string;
      readonly agent: string;
      readonly depth: number;
      readonly parts: readonly ShownPart[];
    }
  | {
      readonly kind: "step";
      readonly id: string;
      readonly step: string;
      readonly title: string;
      readonly depth: number;
      readonly error: boolean;
      readonly ms: number | null;
      readonly note: string;
      readonly input: Field | null;
      readonly output: Field | null;
    };

export interface ShownPart {
  readonly type: "text" | "reasoning" | "tool_call" | "tool_result" | "other";
  readonly name: string;
  readonly text: string;
  readonly left: number;
}

export interface Transcript {
  readonly items: readonly TranscriptItem[];
  /** Items beyond what a transcript holds. */
  readonly left: number;
  /** False when no record holds what was said. */
  readonly captured: boolean;
}

export interface LogLine {
  readonly id: string;
  readonly at: number;
  readonly severity: string | null;
  readonly service: string;
  readonly name: string;
  readonly text: string;
  readonly membership: SessionRecord["membership"];
  readonly turn: number | null;
}

export interface Call {
  readonly id: string;
  readonly at: number;
  readonly ms: number | null;
  readonly who: string;
  readonly error: boolean;
  readonly input: number;
  readonly output: number;
  readonly cached: number;
  readonly cost: number | null;
}

export interface Figures {
  readonly models: readonly Call[];
  readonly tools: readonly Call[];
}

/** One step of a session as `compare` aligns it. */
export interface Step {
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  readonly depth: number;
  readonly ms: number | null;
  readonly tokens: number;
  readonly cost: number | null;
  readonly error: boolean;
  readonly turn: number | null;
}

/** What can be asked, by name. */
export interface Requests {
  open(session: string): void;
  view(wish: ViewWish): Layout;
  rows(from: number, to: number): { readonly version: number; readonly rows: readonly Row[] };
  /** Opens what stands above a record; the ids that have to be toggled for it. */
  reveal(id: string): { readonly index: number; readonly toggled: readonly string[] } | null;
  details(id: string): Details | null;
  /** A value in full, to copy. */
  whole(id: string, path: readonly string[]): string;
  logs(level: string | null, text: string): { readonly version: number; readonly total: number };
  logLines(from: number, to: number): readonly LogLine[];
  transcript(): Transcript;
  figures(): Figures;
  steps(): readonly Step[];
}

export type Told =
  | { readonly type: "progress"; readonly progress: Progress }
  /** There is something new to lay out; the page asks for it when it wants to. */
  | { readonly type: "grown" };
