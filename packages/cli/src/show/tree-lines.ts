import {
  type Oddity,
  type Pricer,
  type SessionTree,
  summarise,
  telemetryOf,
  type TreeNode,
} from "@throughline/core/session";

import { briefText, costText, durationText } from "@throughline/core/figures";
import { exactTimeText } from "../terminal/format.ts";
import { type Line, line, type Piece, piece, type Tone } from "../terminal/line.ts";
import { type Row, rowsOf } from "./rows.ts";
import { type Step, stepOf } from "./step.ts";

export interface TreeOptions {
  /** Every record on a line of its own, with its service and ids. */
  readonly isWide: boolean;
  /** What to show of it; without it, everything. */
  readonly kept: ReadonlySet<TreeNode> | undefined;
  readonly now: number;
  readonly price: Pricer;
}

/** Deeper levels keep their last guides only: a chain of thousands must not fill the screen with lines. */
const guidesKept = 16;

export function treeLines(tree: SessionTree, options: TreeOptions): Line[] {
  const guides = new Map<TreeNode, string>();
  const { isWide, kept } = options;
  return rowsOf(tree, { kept, isFolded: !isWide }).flatMap((row) => {
    const { node } = row;
    const above = node.parent === null ? "" : (guides.get(node.parent) ?? "");
    guides.set(node, deeper(above, node.parent === null ? "" : row.isLast ? "   " : "│  "));
    const branch = node.parent === null ? "" : row.isLast ? "└─ " : "├─ ";
    return [...idleLine(row), nodeLine(row, above + branch, options)];
  });
}

function deeper(guides: string, own: string): string {
  const all = guides + own;
  return all.length <= guidesKept * 3 ? all : `⋯${all.slice(-guidesKept * 3 + 1)}`;
}

function idleLine({ idleMs }: Row): Line[] {
  return idleMs === 0 ? [] : [line(piece(`              ⋯ ${durationText(idleMs)} idle`, "quiet"))];
}

function nodeLine({ node, run }: Row, guides: string, options: TreeOptions): Line {
  const { isWide, price } = options;
  const { record, start } = node;
  const step = stepOf(node, price);
  const titleTone: Tone = step.kind === "" || isQuietLog(node, step) ? "quiet" : "plain";
  const times = run.length > 1 ? ` ×${run.length}` : "";
  return {
    left: [
      piece(`${start > 0 ? exactTimeText(Math.round(start) / 1_000) : "            "}  `, "quiet"),
      piece(guides, "quiet"),
      ...(step.isError ? [piece("✗ ", "bad")] : []),
      ...(step.kind === "" ? [] : [piece(step.kind, kindTone(node, step)), piece(" ")]),
      piece(step.title + times, titleTone),
      ...marks(node, options),
      ...(step.note === "" ? [] : [piece(`  ${step.note}`, step.isError ? "bad" : "quiet")]),
      ...(isWide && record !== null ? [piece(`  ${idsOf(node)}`, "quiet")] : []),
    ],
    right: facts(run, step, options),
  };
}

function isQuietLog({ record }: TreeNode, { isError }: Step): boolean {
  return record?.kind === "log" && !isError && record.severity !== "warn";
}

function kindTone({ record }: TreeNode, { isError, kind }: Step): Tone {
  if (isError) return "bad";
  if (kind === "turn") return "strong";
  if (record?.kind === "log") return kind === "warn" ? "odd" : "quiet";
  return "name";
}

const oddities: Readonly<Record<Oddity, string>> = {
  orphan: "parent missing",
  cycle: "parents in a ring",
  early: "before its parent",
};

/** What is to be known about a record besides what it says: how it belongs, that it goes on, that something is amiss. */
function marks(node: TreeNode, { now }: TreeOptions): Piece[] {
  const { end, oddities: odd, record, start } = node;
  const said: Piece[] = [];
  if (record?.outcome === "interrupted") said.push(piece("interrupted", "odd"));
  else if (end === null)
    said.push(piece(`running for ${durationText(now - start / 1_000)}`, "good"));
  if (record?.outcome === "cancelled") said.push(piece("cancelled", "odd"));
  const { membership = "carried" } = record ?? {};
  if (membership !== "carried") said.push(piece(membership, "odd"));
  for (const each of odd) said.push(piece(oddities[each], "odd"));
  return said.flatMap((mark) => [piece("  ("), mark, piece(")")]);
}

function idsOf({ record }: TreeNode): string {
  if (record === null) return "";
  const { scope, service, span_id, trace_id } = record;
  return [service, scope, trace_id === "" ? "no trace" : `${trace_id}/${span_id}`]
    .filter((part) => part !== "")
    .join(" ");
}

/** Tokens, cost and time: of a turn the sums below it. */
function facts(run: readonly TreeNode[], step: Step, { price }: TreeOptions): Piece[] {
  const [node] = run;
  const sums = step.kind === "turn" && node !== undefined ? sumsOf(node, price) : undefined;
  const tokens = step.tokens ?? sums?.tokens;
  const cost = step.cost ?? sums?.cost;
  const said: string[] = [];
  if (sums !== undefined && sums.errors > 0) said.push(`${sums.errors} ✗`);
  if (tokens !== undefined && tokens.input + tokens.output > 0)
    said.push(`${briefText(tokens.input)}→${briefText(tokens.output)}`);
  if (cost !== undefined && cost.amount !== null) said.push(costText(cost));
  if (node?.record?.kind !== "log" && node?.end !== null)
    said.push(
      durationText(run.reduce((sum, { end, start }) => sum + (end ?? start) - start, 0) / 1_000),
    );
  return said.length === 0 ? [] : [piece(said.join("  "), "quiet")];
}

function sumsOf(node: TreeNode, price: Pricer) {
  return summarise(
    recordsBelow(node).map((record) => ({
      record: telemetryOf(record),
      membership: record.membership,
    })),
    { price },
  );
}

function recordsBelow(node: TreeNode) {
  const found = [];
  const waiting = [node];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    if (at.record !== null) found.push(at.record);
    waiting.push(...at.children);
  }
  return found;
}
