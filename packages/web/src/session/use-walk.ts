import { useCallback, useEffect, useRef, useState } from "preact/hooks";

import type { SessionPort } from "../engine/port.ts";
import type { Layout, Row } from "../engine/protocol.ts";

/** The row that somebody stands on. */
export interface Cursor {
  readonly id: string;
  readonly index: number;
  /** Of the layout that the index is of. */
  readonly version: number;
}

interface Ways {
  readonly port: SessionPort | null;
  readonly layout: Layout | null;
  /** The record whose details are open: they go along with the cursor. */
  readonly item: string | null;
  readonly select: (id: string) => void;
  readonly toggle: (ids: readonly string[]) => void;
  /** Shows what filters hide; false when none do. */
  readonly unhide: () => boolean;
  /** Whoever walks no longer follows the end. */
  readonly walked: () => void;
  /** A record that was asked for is not in the tree. */
  readonly lost: () => void;
}

export interface Walk {
  readonly cursor: Cursor | null;
  /** The row to bring into sight; each new object is one wish. */
  readonly target: { readonly index: number } | null;
  readonly stand: (at: Cursor) => void;
  readonly moveTo: (index: number) => Promise<void>;
  readonly step: (by: number) => Promise<void>;
  /** The next of some rows, around the end and on. */
  readonly next: (among: readonly number[], by: 1 | -1) => Promise<void>;
  readonly expand: (open: boolean) => Promise<void>;
  /** Brings a record into sight, whatever hides it. */
  readonly show: (id: string) => void;
  readonly row: () => Promise<Row | undefined>;
}

/** Moving about in the tree, by keys and by being led to a record. */
export function useWalk(ways: Ways, first: string | null): Walk {
  const { layout, port } = ways;
  const [cursor, setCursor] = useState<Cursor | null>(null);
  const [target, setTarget] = useState<Walk["target"]>(null);
  const [wanted, setWanted] = useState(first);
  const standing = useRef<Cursor | null>(null);
  const moves = useRef<Promise<void>>(Promise.resolve());
  /** Told once, when the next layout is there. */
  const laidOut = useRef(() => {});
  const latest = useRef(ways);
  latest.current = ways;

  const stand = useCallback((at: Cursor) => {
    standing.current = at;
    setCursor(at);
  }, []);
  const goTo = async (index: number) => {
    const { item, layout, port, select } = latest.current;
    if (port === null || layout === null || layout.rows === 0) return;
    const at = Math.max(0, Math.min(layout.rows - 1, index));
    const { rows, version } = await port.ask("rows", at, at + 1);
    const [row] = rows;
    if (row === undefined) return;
    stand({ id: row.id, index: at, version });
    setTarget({ index: at });
    if (item !== null) select(row.id);
  };
  const indexNow = async (): Promise<number> => {
    const { current } = standing;
    const { layout, port } = latest.current;
    if (current === null || port === null) return -1;
    if (current.version === layout?.version) return current.index;
    return (await port.ask("reveal", current.id))?.index ?? -1;
  };
  const row = async (): Promise<Row | undefined> => {
    const { port } = latest.current;
    const index = await indexNow();
    if (port === null || index < 0) return undefined;
    return (await port.ask("rows", index, index + 1)).rows[0];
  };
  /** Keys come faster than answers: each move begins where the one before it ended. */
  const inTurn = (move: () => Promise<void>) => {
    moves.current = moves.current.then(move, move);
    return moves.current;
  };

  useEffect(() => laidOut.current(), [layout]);

  useEffect(() => {
    if (wanted === null || port === null || layout === null) return () => {};
    let here = true;
    void port.ask("reveal", wanted).then((found) => {
      if (!here) return;
      const { lost, toggle, unhide, walked } = latest.current;
      if (found === null) {
        if (!layout.complete) return;
        setWanted(null);
        lost();
      } else if (found.index >= 0) {
        walked();
        stand({ id: wanted, index: found.index, version: layout.version });
        setTarget({ index: found.index });
        setWanted(null);
      } else if (found.toggled.length > 0) toggle(found.toggled);
      else if (!unhide()) setWanted(null);
    });
    return () => {
      here = false;
    };
  }, [wanted, layout, port]);

  return {
    cursor,
    target,
    stand,
    row,
    show: setWanted,
    moveTo: (index) =>
      inTurn(() => {
        latest.current.walked();
        return goTo(index);
      }),
    step: (by) =>
      inTurn(async () => {
        latest.current.walked();
        await goTo((await indexNow()) + by);
      }),
    next: (among, by) =>
      inTurn(async () => {
        const at = await indexNow();
        const found =
          by > 0
            ? (among.find((index) => index > at) ?? among[0])
            : (among.findLast((index) => index < at) ?? among.at(-1));
        if (found === undefined) return;
        latest.current.walked();
        await goTo(found);
      }),
    expand: (open) =>
      inTurn(async () => {
        const at = await row();
        if (at === undefined) return;
        if (at.expandable && at.expanded !== open) {
          latest.current.toggle([at.id]);
          await new Promise<void>((resolve) => {
            laidOut.current = resolve;
          });
        } else if (open) await goTo(at.index + 1);
        else if (at.parent >= 0) await goTo(at.parent);
      }),
  };
}
