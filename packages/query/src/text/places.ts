import { queryError, type QueryError, type QueryFaultKind } from "./fault.ts";
import type { Source } from "./source.ts";

interface Place {
  readonly source: Source;
  readonly at: number;
}

/**
 * Where in its text a node of a tree stands. Kept beside the trees, so that two trees of the same meaning are equal and a
 * tree built by hand needs no places.
 */
const places = new WeakMap<object, Place>();

/** Freezes a new node and remembers where it came from. */
export function placed<const Node extends object>(source: Source, at: number, node: Node): Node {
  places.set(node, { source, at });
  return Object.freeze(node);
}

export function faultAt(node: object, kind: QueryFaultKind, message: string): QueryError {
  const place = places.get(node);
  return place === undefined
    ? queryError({ kind, message, line: 1, column: 1 })
    : place.source.fault(kind, place.at, message);
}
