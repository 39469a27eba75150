import {
  type Oddity,
  type SessionRecord,
  sessionTree,
  type SessionTree,
  type TreeNode,
} from "@throughline/core/session";

import { type Axis, axisOf, placeOn } from "../outline/axis.ts";
import { find, parseFind } from "../outline/find.ts";
import { isError, type Rows, rowsOf, type Sort, sortOf, sorts } from "../outline/rows.ts";
import { type Layout, mapBits, type ViewWish } from "./protocol.ts";

/** What follows from the records alone; made anew when some came in. */
export interface Outline {
  readonly tree: SessionTree;
  readonly axis: Axis;
  readonly byId: ReadonlyMap<string, TreeNode>;
  /** Errors in each node and below it, where there are any. */
  readonly errors: ReadonlyMap<TreeNode, number>;
  readonly map: Uint8Array;
  readonly counts: Pick<Layout, "deepest" | "logs" | "oddities" | "records" | "sorts">;
}

const columns = 600;

export function outlineOf(records: readonly SessionRecord[]): Outline {
  const tree = sessionTree(records);
  const latest = tree.nodes.reduce((most, { end, start }) => Math.max(most, end ?? start), 0);
  const axis = axisOf(tree.roots, latest);
  return {
    tree,
    axis,
    byId: new Map(tree.nodes.map((node) => [node.id, node])),
    errors: errorsIn(tree.nodes),
    map: mapOf(tree.nodes, axis),
    counts: { ...countsOf(tree.nodes), logs: records.filter(({ kind }) => kind === "log").length },
  };
}

/** Children come after their parents, so that one walk from the end adds everything up. */
function errorsIn(nodes: readonly TreeNode[]): Map<TreeNode, number> {
  const errors = new Map<TreeNode, number>();
  for (let index = nodes.length - 1; index >= 0; index--) {
    const node = nodes[index];
    if (node === undefined) continue;
    const sum = (errors.get(node) ?? 0) + (isError(node.record) ? 1 : 0);
    if (sum === 0) continue;
    errors.set(node, sum);
    if (node.parent !== null) errors.set(node.parent, (errors.get(node.parent) ?? 0) + sum);
  }
  return errors;
}

function mapOf(nodes: readonly TreeNode[], axis: Axis): Uint8Array {
  const map = new Uint8Array(columns);
  const column = (time: number) => Math.min(columns - 1, Math.floor(placeOn(axis, time) * columns));
  for (const { end, record, start } of nodes) {
    const first = column(start);
    const last = column(end ?? axis.to);
    const bit = bitOf(record);
    if (bit !== 0) for (let at = first; at <= last; at++) map[at] = (map[at] ?? 0) | bit;
    if (isError(record)) map[first] = (map[first] ?? 0) | mapBits.error;
    if (end === null) map[last] = (map[last] ?? 0) | mapBits.open;
  }
  return map;
}

function bitOf(record: SessionRecord | null): number {
  if (record === null || record.step === "turn") return mapBits.turn;
  if (record.step === "session") return 0;
  const sort = sortOf(record);
  if (sort === "llm" || sort === "tool" || sort === "log") return mapBits[sort];
  // Agents stand around what they do, which is drawn itself.
  return sort === "other" ? mapBits.other : 0;
}

function countsOf(nodes: readonly TreeNode[]): Omit<Outline["counts"], "logs"> {
  const bySort: Record<Sort, number> = { llm: 0, tool: 0, agent: 0, other: 0, log: 0 };
  const oddities: Record<Oddity, number> = { orphan: 0, cycle: 0, early: 0 };
  let records = 0;
  let deepest = 0;
  for (const { depth, oddities: odd, record } of nodes) {
    deepest = Math.max(deepest, depth);
    if (record !== null) records++;
    const sort = sortOf(record);
    if (sort !== null) bySort[sort]++;
    for (const oddity of odd) oddities[oddity]++;
  }
  return { deepest, oddities, records, sorts: bySort };
}

export interface LaidOut {
  readonly rows: Rows;
  readonly layout: Layout;
  readonly matching: ReadonlySet<TreeNode>;
}

export function layOut(
  outline: Outline,
  wish: ViewWish,
  { complete, version }: Pick<Layout, "complete" | "version">,
): LaidOut {
  const { axis, counts, errors, map, tree } = outline;
  const test = parseFind(wish.find);
  const found = test === null ? null : find(tree.nodes, test);
  const rows = rowsOf(tree.roots, {
    hide: new Set(sorts.filter((sort) => wish.hide.includes(sort))),
    level: wish.level,
    depth: wish.depth,
    toggled: new Set(wish.toggled),
    only: wish.only && found !== null ? found.withAbove : null,
  });
  const matching = new Set(found?.matches);
  const matches: number[] = [];
  const wrong: number[] = [];
  const turns: number[] = [];
  const isTurn = new Set(tree.turns);
  for (const [index, node] of rows.nodes.entries()) {
    if (matching.has(node)) matches.push(index);
    if (isTurn.has(node)) turns.push(index);
    if (isWrong(node, rows.expanded[index] === true, errors)) wrong.push(index);
  }
  const anchorIndex = wish.anchor === null ? null : nearest(rows, outline, wish.anchor);
  const layout: Layout = {
    ...counts,
    version,
    complete,
    rows: rows.nodes.length,
    axis,
    map,
    matches,
    errors: wrong,
    turns,
    anchorIndex,
  };
  return { rows, layout, matching };
}

/** Where an error really is: not on each of its ancestors, which failed because it did. */
function isWrong(node: TreeNode, expanded: boolean, errors: Outline["errors"]): boolean {
  const all = errors.get(node) ?? 0;
  if (all === 0) return false;
  return expanded ? isError(node.record) && all === 1 : true;
}

/** The row of a record, or of the nearest above it that is shown. */
export function nearest(rows: Rows, { byId }: Outline, id: string): number | null {
  for (let node = byId.get(id) ?? null; node !== null; node = node.parent) {
    const index = rows.indexOf.get(node.id);
    if (index !== undefined) return index;
  }
  return null;
}
