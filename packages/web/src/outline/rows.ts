import {
  leastSeverity,
  levelNameOf,
  type SessionRecord,
  type TreeNode,
} from "@throughline/core/session";

/** What of the tree is shown. */
export interface View {
  /** Sorts of record that are left out. */
  readonly hide: ReadonlySet<Sort>;
  /** Log records below this level are left out. */
  readonly level: string | null;
  /** Levels of the tree that stand open; null for all. */
  readonly depth: number | null;
  /** Opened or closed by hand, against `depth`. */
  readonly toggled: ReadonlySet<string>;
  /** Only matches of the search, and what stands above them. */
  readonly only: ReadonlySet<TreeNode> | null;
}

/** What kinds of row can be shown and hidden together. */
export const sorts = ["llm", "tool", "agent", "other", "log"] as const;
export type Sort = (typeof sorts)[number];

const sortOfStep: Readonly<Record<string, Sort>> = {
  llm: "llm",
  tool: "tool",
  "tool.execution": "tool",
  "tool.approval": "tool",
  hook: "tool",
  agent: "agent",
  sidecar: "agent",
  delegation: "agent",
};

/** Null for what is the skeleton of the tree and always shown: turns, actions and the session itself. */
export function sortOf(record: SessionRecord | null): Sort | null {
  if (record === null) return null;
  if (record.kind === "log") return "log";
  if (record.step === null) return "other";
  return sortOfStep[record.step] ?? null;
}

export function isError(record: SessionRecord | null): boolean {
  if (record === null) return false;
  if (record.kind === "span") return record.status === "error" || record.outcome === "error";
  const least = leastSeverity(record.severity ?? "");
  return least !== undefined && (levelNameOf(least) === "error" || levelNameOf(least) === "fatal");
}

/** The rows that are shown, in order, as parallel lists. */
export interface Rows {
  readonly nodes: readonly TreeNode[];
  readonly depth: readonly number[];
  /** Place among the rows of the same parent, from 1, and how many these are. */
  readonly place: readonly number[];
  readonly among: readonly number[];
  /** Rows that could be opened or closed. */
  readonly expandable: readonly boolean[];
  readonly expanded: readonly boolean[];
  /** Where each row's parent row is; -1 at the top. */
  readonly parent: readonly number[];
  readonly indexOf: ReadonlyMap<string, number>;
}

interface Waiting {
  readonly node: TreeNode;
  readonly parent: number;
  readonly depth: number;
}

/** What is hidden hands its children to the row above it, so that nothing is lost with it. */
export function rowsOf(roots: readonly TreeNode[], view: View): Rows {
  const nodes: TreeNode[] = [];
  const depths: number[] = [];
  const place: number[] = [];
  const among: number[] = [];
  const expandable: boolean[] = [];
  const expanded: boolean[] = [];
  const parents: number[] = [];
  const indexOf = new Map<string, number>();
  /** How many rows each row has below it so far; the first is the top. */
  const below: number[] = [];
  let tops = 0;

  const waiting: Waiting[] = [];
  const push = (children: readonly TreeNode[], parent: number, depth: number) => {
    for (let index = children.length - 1; index >= 0; index--) {
      const node = children[index];
      if (node !== undefined) waiting.push({ node, parent, depth });
    }
  };
  push(roots, -1, 0);
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { depth, node, parent } = next;
    if (view.only !== null && !view.only.has(node)) continue;
    if (!isShown(node, view)) {
      push(node.children, parent, depth);
      continue;
    }
    const index = nodes.length;
    const open = isOpen(node, depth, view);
    nodes.push(node);
    depths.push(depth);
    parents.push(parent);
    place.push(parent < 0 ? ++tops : (below[parent] = (below[parent] ?? 0) + 1));
    below.push(0);
    expandable.push(node.children.length > 0);
    expanded.push(open && node.children.length > 0);
    indexOf.set(node.id, index);
    if (open) push(node.children, index, depth + 1);
  }
  for (const parent of parents) among.push(parent < 0 ? tops : (below[parent] ?? 0));
  return { nodes, depth: depths, place, among, expandable, expanded, parent: parents, indexOf };
}

function isShown(node: TreeNode, { hide, level }: View): boolean {
  const sort = sortOf(node.record);
  if (sort === null) return true;
  // Errors are what people come for.
  if (hide.has(sort)) return isError(node.record) && sort !== "log";
  if (sort !== "log" || level === null) return true;
  const own = leastSeverity(node.record?.severity ?? "") ?? 0;
  return own >= (leastSeverity(level) ?? 0);
}

export function isOpen(
  node: TreeNode,
  depth: number,
  { depth: most, only, toggled }: View,
): boolean {
  const byRule = only !== null || most === null || depth < most;
  return toggled.has(node.id) ? !byRule : byRule;
}
