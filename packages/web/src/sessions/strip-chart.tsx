import type { Session } from "@throughline/core/session";
import type { JSX } from "preact";
import { useMemo, useRef, useState } from "preact/hooks";

import { clockTime, plural } from "../text/format.ts";
import { type Bin, binsOf } from "./roster.ts";

interface Props {
  readonly sessions: readonly Session[];
  readonly since: string | undefined;
  readonly until: string | undefined;
  readonly choose: (since: string, until: string) => void;
}

const columns = 120;
const height = 36;

/** When the listed sessions were at work. Dragging over it chooses a time; from the keyboard `since:` and `until:` do. */
export function StripChart({ choose, sessions, since, until }: Props): JSX.Element | null {
  const frame = useRef<HTMLDivElement>(null);
  const [drag, setDrag] = useState<readonly [number, number] | null>(null);
  // A minute is finer than a column of any but the youngest lists.
  const minute = Math.ceil(Date.now() / 60_000) * 60_000;
  const end = until === undefined && sessions.some(({ state }) => state === "live") ? minute : 0;
  const bins = useMemo(() => binsOf(sessions, columns, end), [sessions, end]);
  const [first, last] = [bins[0], bins.at(-1)];
  if (first === undefined || last === undefined) return null;

  const most = Math.max(1, ...bins.map((bin) => bin.sessions));
  const placeOf = (event: PointerEvent) => {
    const box = frame.current?.getBoundingClientRect();
    if (box === undefined || box.width === 0) return 0;
    return Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
  };
  const timeOf = (x: number) => first.from + x * (last.to - first.from);
  const finish = () => {
    if (drag === null) return;
    const [a, b] = [Math.min(...drag), Math.max(...drag)];
    setDrag(null);
    if (b - a < 0.005) return;
    choose(new Date(timeOf(a)).toISOString(), new Date(timeOf(b)).toISOString());
  };
  const failed = sessions.filter(({ errors }) => errors > 0).length;
  const label = `${plural(sessions.length, "session")} from ${clockTime(first.from)} to ${clockTime(last.to)}, ${failed} with errors`;
  return (
    <div class="strip">
      <div
        ref={frame}
        class="strip-plot"
        role="img"
        aria-label={label}
        onPointerDown={(event) => {
          if (event.button !== 0) return;
          frame.current?.setPointerCapture(event.pointerId);
          setDrag([placeOf(event), placeOf(event)]);
        }}
        onPointerMove={(event) => {
          if (drag !== null) setDrag([drag[0], placeOf(event)]);
        }}
        onPointerUp={finish}
        onPointerCancel={() => setDrag(null)}
      >
        <svg viewBox={`0 0 ${columns} ${height}`} preserveAspectRatio="none" aria-hidden="true">
          {bins.map((bin, index) => bars(bin, index, most))}
        </svg>
        {drag !== null && (
          <div
            class="brush"
            style={{
              left: `${Math.min(...drag) * 100}%`,
              width: `${Math.abs(drag[1] - drag[0]) * 100}%`,
            }}
          />
        )}
      </div>
      <div class="strip-ends">
        <span>{clockTime(first.from)}</span>
        {(since !== undefined || until !== undefined) && (
          <button type="button" class="quiet" onClick={() => choose("", "")}>
            Any time
          </button>
        )}
        <span>{clockTime(last.to)}</span>
      </div>
    </div>
  );
}

function bars({ failed, sessions }: Bin, index: number, most: number): JSX.Element | null {
  if (sessions === 0) return null;
  // A single session among hundreds is still seen.
  const tall = (n: number) => (n === 0 ? 0 : Math.max(3, (n / most) * (height - 2)));
  const all = tall(sessions);
  const bad = tall(failed);
  return (
    <g key={index}>
      <rect class="all" x={index + 0.1} y={height - all} width={0.8} height={all} />
      {bad > 0 && <rect class="failed" x={index + 0.1} y={height - bad} width={0.8} height={bad} />}
    </g>
  );
}
