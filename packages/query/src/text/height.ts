import { faultAt } from "./places.ts";

/** Printing, checking and evaluating descend into a tree by recursion; this is far below what a stack holds. */
export const MAX_HEIGHT = 250;

/** Looks at the whole tree without recursion: a chain of operators grows a tree that no nested bracket announces. */
export function limitHeight(root: object): void {
  const open: [node: object, height: number][] = [[root, 1]];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [node, height] = next;
    if (height > MAX_HEIGHT)
      throw faultAt(node, "invalid", `the query is nested more than ${MAX_HEIGHT} levels deep`);
    const inside = Array.isArray(node) ? height : height + 1;
    for (const child of Object.values(node) as unknown[])
      if (typeof child === "object" && child !== null) open.push([child, inside]);
  }
}
