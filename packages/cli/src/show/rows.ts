import type { SessionTree, TreeNode } from "@throughline/core/session";

/** One line of a tree: a node, or several of its like that stand side by side and say nothing each. */
export interface Row {
  readonly node: TreeNode;
  /** The node, and those that are told with it. */
  readonly run: readonly TreeNode[];
  /** Milliseconds that nothing happened in before it. */
  readonly idleMs: number;
  /** Of what is shown below its parent. */
  readonly isLast: boolean;
}

export interface Shown {
  /** Without it, everything. */
  readonly kept: ReadonlySet<TreeNode> | undefined;
  readonly isFolded: boolean;
}

/** Beyond this a pause is shown: somebody was waited for. */
const idleMs = 300_000;
/** So many equal ones are one line. Codex reads a file's metadata three hundred times for a prompt. */
const leastFolded = 4;

export function rowsOf({ nodes, roots }: SessionTree, { isFolded, kept }: Shown): Row[] {
  const rows = new Map<TreeNode, Row>();
  const idle = pausesIn(roots);
  const lay = (siblings: readonly TreeNode[]): void => {
    const shown = kept === undefined ? siblings : siblings.filter((node) => kept.has(node));
    const runs = isFolded ? runsIn(shown) : shown.map((node) => [node]);
    for (const [index, run] of runs.entries()) {
      const [node] = run;
      if (node === undefined) continue;
      const isLast = index === runs.length - 1;
      rows.set(node, { node, run, isLast, idleMs: idle.get(node) ?? 0 });
    }
  };
  lay(roots);
  for (const { children } of nodes) lay(children);
  return nodes.flatMap((node) => rows.get(node) ?? []);
}

function runsIn(siblings: readonly TreeNode[]): (readonly TreeNode[])[] {
  const runs: TreeNode[][] = [];
  for (const node of siblings) {
    const run = runs.at(-1);
    if (run !== undefined && areAlike(run[0], node)) run.push(node);
    else runs.push([node]);
  }
  return runs.flatMap((run) => (run.length < leastFolded ? run.map((node) => [node]) : [run]));
}

function areAlike(one: TreeNode | undefined, other: TreeNode | undefined): boolean {
  return isPlain(one) && isPlain(other) && one?.record?.name === other?.record?.name;
}

/** A finished span that is no step, with nothing below it and nothing odd or wrong about it. */
function isPlain(node: TreeNode | undefined): boolean {
  if (node?.record?.kind !== "span") return false;
  const { end_ns, status, step } = node.record;
  const isQuiet = step === null && status !== "error" && end_ns !== null;
  return isQuiet && node.children.length === 0 && node.oddities.length === 0;
}

function pausesIn(roots: readonly TreeNode[]): Map<TreeNode, number> {
  const pauses = new Map<TreeNode, number>();
  let latest: number | undefined;
  for (const node of roots) {
    const pause = latest === undefined ? 0 : (node.start - latest) / 1_000;
    if (pause > idleMs) pauses.set(node, pause);
    latest = Math.max(latest ?? 0, node.end ?? node.start);
  }
  return pauses;
}
