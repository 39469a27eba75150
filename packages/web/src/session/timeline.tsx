import { durationText } from "@throughline/core/figures";
import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";

import { Icon } from "../app/icons.tsx";
import type { SessionPort } from "../engine/port.ts";
import type { Layout, Row } from "../engine/protocol.ts";
import { ticksOf } from "../outline/axis.ts";
import { plural } from "../text/format.ts";
import { TimelineRow } from "./timeline-row.tsx";
import { useRows } from "./use-rows.ts";
import { scrollFor, sightOf } from "./window.ts";

export const rowHeight = 26;

export interface TimelineProps {
  readonly port: SessionPort | null;
  readonly layout: Layout;
  readonly range: readonly [number, number];
  readonly cursor: string | null;
  /** The row to bring into sight; each new object is one wish. */
  readonly target: { readonly index: number } | null;
  readonly following: boolean;
  /** Rows that came in below while somebody looked elsewhere. */
  readonly unseen: number;
  readonly anchored: (id: string | null) => void;
  readonly followed: (following: boolean) => void;
  readonly choose: (row: Row) => void;
  readonly toggle: (id: string) => void;
}

export function Timeline(props: TimelineProps): JSX.Element {
  const { cursor, following, layout, port, range, target, unseen } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const [scroll, setScroll] = useState({ top: 0, height: 600, width: 1_200 });
  const rowsOf = useRows(port, layout);
  const { from, to } = sightOf(scroll.top, scroll.height, rowHeight, layout.rows);
  const rows = rowsOf(from, to);
  /** The first row in sight and how much of it is scrolled away: what must stay where it is. */
  const anchor = useRef<{ id: string; offset: number } | null>(null);

  const scrolled = () => {
    const { current } = scroller;
    if (current === null) return;
    const { clientHeight: height, clientWidth: width, scrollHeight, scrollTop: top } = current;
    setScroll({ top, height, width });
    const atEnd = scrollHeight - top - height < rowHeight;
    if (following && !atEnd) props.followed(false);
  };
  const first = rows[Math.max(0, Math.floor(scroll.top / rowHeight) - from)];
  useEffect(() => {
    anchor.current =
      first === undefined ? null : { id: first.id, offset: scroll.top - first.index * rowHeight };
    props.anchored(following ? null : (first?.id ?? null));
  }, [first?.id, scroll.top, following]);

  useEffect(() => {
    const { current } = scroller;
    if (current === null) return () => {};
    const observer = new ResizeObserver(scrolled);
    observer.observe(current);
    return () => observer.disconnect();
  }, []);

  // Rows that came in above push nobody's view down.
  useLayoutEffect(() => {
    const { current } = scroller;
    if (current === null) return;
    if (following) current.scrollTop = current.scrollHeight;
    else if (layout.anchorIndex !== null && anchor.current !== null) {
      const wanted = layout.anchorIndex * rowHeight + anchor.current.offset;
      if (Math.abs(wanted - current.scrollTop) >= 1) current.scrollTop = wanted;
    }
  }, [layout.version, following]);

  useLayoutEffect(() => {
    const { current } = scroller;
    if (current === null || target === null) return;
    const { clientHeight, scrollTop } = current;
    const wanted = scrollFor(target.index, scrollTop, clientHeight, rowHeight, true);
    if (wanted !== undefined) current.scrollTop = wanted;
  }, [target]);

  return (
    <div class="timeline">
      <Ruler layout={layout} range={range} ticks={ticksIn(scroll.width)} />
      <div
        ref={scroller}
        class="scroller"
        role="tree"
        aria-label="Session"
        tabIndex={0}
        aria-activedescendant={rows.some((row) => row?.id === cursor) ? "row-current" : undefined}
        onScroll={scrolled}
      >
        <div class="rows" role="presentation" style={{ height: `${layout.rows * rowHeight}px` }}>
          {rows.map((row, at) =>
            row === undefined ? null : (
              <TimelineRow
                key={row.id}
                row={row}
                top={(from + at) * rowHeight}
                x0={range[0]}
                x1={range[1]}
                current={row.id === cursor}
                choose={props.choose}
                toggle={props.toggle}
              />
            ),
          )}
        </div>
      </div>
      {unseen > 0 && !following && (
        <button type="button" class="chip new floating" onClick={() => props.followed(true)}>
          <Icon name="down" /> {plural(unseen, "new record")}
        </button>
      )}
    </div>
  );
}

/** A label and room beside it, in the part of the width that the bars have. */
function ticksIn(width: number): number {
  return Math.min(10, Math.max(2, Math.floor((width * 0.45 - 76) / 75)));
}

interface RulerProps extends Pick<TimelineProps, "layout" | "range"> {
  readonly ticks: number;
}

/** The time above the bars, its lines behind them, and where time is folded. */
function Ruler({ layout, range, ticks: most }: RulerProps): JSX.Element {
  const { axis } = layout;
  const [x0, x1] = range;
  return useMemo(() => {
    const place = (x: number) => `${((x - x0) / (x1 - x0)) * 100}%`;
    const ticks = ticksOf(axis, x0, x1, most).filter(({ x }) => x >= x0 && x <= x1);
    const folds = axis.stretches.filter((each) => each.fold && each.x1 > x0 && each.x0 < x1);
    return (
      <div class="ruler" aria-hidden="true">
        <span class="ruler-name">Step</span>
        <span class="ruler-time">Took</span>
        <div class="ruler-axis">
          {folds.map(({ from, to, x0: left, x1: right }) => (
            <div
              key={`fold ${from}`}
              class="fold"
              style={{ left: place(left), width: `${((right - left) / (x1 - x0)) * 100}%` }}
              title={`${durationText((to - from) / 1_000)} in which nothing happened`}
            />
          ))}
          {ticks.map(({ since, x }) => (
            <div key={since} class="tick" style={{ left: place(x) }}>
              <span>{durationText(since)}</span>
            </div>
          ))}
        </div>
      </div>
    );
  }, [axis, x0, x1, most]);
}
