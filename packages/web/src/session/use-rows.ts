import { useCallback, useEffect, useRef, useState } from "preact/hooks";

import type { SessionPort } from "../engine/port.ts";
import type { Layout, Row } from "../engine/protocol.ts";

/** Rows are fetched in blocks, so that scrolling asks seldom. */
const block = 64;

/**
 * The rows of a stretch, as far as they are here. Rows of an older layout are shown until those of the newer one have come:
 * nothing flickers while a session grows.
 */
export function useRows(
  port: SessionPort | null,
  layout: Layout | null,
): (from: number, to: number) => readonly (Row | undefined)[] {
  const rows = useRef(new Map<number, Row>());
  const asked = useRef({ version: -1, blocks: new Set<number>() });
  const [, setArrived] = useState(0);
  const version = layout?.version ?? -1;

  useEffect(() => {
    // A long session leaves many behind; those far from any window are asked for again.
    if (rows.current.size > 5_000) rows.current.clear();
  }, [version]);

  return useCallback(
    (from, to) => {
      if (port === null || layout === null) return [];
      if (asked.current.version !== version) asked.current = { version, blocks: new Set() };
      const { blocks } = asked.current;
      for (let at = Math.floor(from / block); at <= Math.floor((to - 1) / block); at++) {
        if (blocks.has(at)) continue;
        blocks.add(at);
        void port.ask("rows", at * block, (at + 1) * block).then((given) => {
          if (given.version !== version) return;
          for (const row of given.rows) rows.current.set(row.index, row);
          setArrived((before) => before + 1);
        });
      }
      const taken: (Row | undefined)[] = [];
      for (let index = from; index < Math.min(to, layout.rows); index++) {
        taken.push(rows.current.get(index));
      }
      return taken;
    },
    [port, layout, version],
  );
}
