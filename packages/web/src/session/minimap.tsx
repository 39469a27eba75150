import { durationText } from "@throughline/core/figures";
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

import { type Layout, mapBits } from "../engine/protocol.ts";
import { plural } from "../text/format.ts";

interface Props {
  readonly layout: Layout;
  readonly range: readonly [number, number];
  readonly zoom: (range: readonly [number, number]) => void;
}

/** From top to bottom: errors, model calls, tools, the rest, log records, turns. */
const lanes = [
  [mapBits.llm, "--llm", 6, 9],
  [mapBits.tool, "--tool", 17, 9],
  [mapBits.other, "--other", 28, 4],
  [mapBits.log, "--log", 34, 3],
  [mapBits.turn, "--turn", 40, 3],
] as const;
const height = 48;

/** The whole session at a glance. Dragging over it zooms; so do `z` on a row and `0`. */
export function Minimap({ layout, range, zoom }: Props): JSX.Element {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [width, setWidth] = useState(0);
  const [theme, setTheme] = useState(0);
  const [drag, setDrag] = useState<readonly [number, number] | null>(null);

  useEffect(() => {
    const { current } = canvas;
    if (current === null) return () => {};
    const observer = new ResizeObserver(() => setWidth(current.clientWidth));
    observer.observe(current);
    const changed = () => setTheme((before) => before + 1);
    const dark = matchMedia("(prefers-color-scheme: dark)");
    dark.addEventListener("change", changed);
    addEventListener("theme", changed);
    return () => {
      observer.disconnect();
      dark.removeEventListener("change", changed);
      removeEventListener("theme", changed);
    };
  }, []);

  useEffect(() => {
    if (canvas.current !== null && width > 0) draw(canvas.current, layout, width);
  }, [layout.map, layout.axis, width, theme]);

  const placeOf = (event: PointerEvent) => {
    const box = canvas.current?.getBoundingClientRect();
    if (box === undefined || box.width === 0) return 0;
    return Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
  };
  const finish = () => {
    if (drag === null) return;
    const [a, b] = [Math.min(...drag), Math.max(...drag)];
    setDrag(null);
    zoom(b - a < 0.004 ? [0, 1] : [a, b]);
  };
  const [from, to] = drag === null ? range : ([Math.min(...drag), Math.max(...drag)] as const);
  const whole = from <= 0 && to >= 1;
  const folds = layout.axis.stretches.filter(({ fold }) => fold);
  return (
    <div
      class="minimap"
      role="img"
      aria-label={summary(layout)}
      onPointerDown={(event) => {
        if (event.button !== 0 || !(event.currentTarget instanceof HTMLElement)) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        setDrag([placeOf(event), placeOf(event)]);
      }}
      onPointerMove={(event) => {
        if (drag !== null) setDrag([drag[0], placeOf(event)]);
      }}
      onPointerUp={finish}
      onPointerCancel={() => setDrag(null)}
    >
      <canvas ref={canvas} />
      {folds.map((fold) => (
        <span
          key={fold.from}
          class="fold"
          style={{ left: `${fold.x0 * 100}%`, width: `${(fold.x1 - fold.x0) * 100}%` }}
          title={`${durationText((fold.to - fold.from) / 1_000)} in which nothing happened`}
        />
      ))}
      {!whole && (
        <>
          <span class="shade" style={{ left: "0", width: `${from * 100}%` }} />
          <span class="shade" style={{ left: `${to * 100}%`, right: "0" }} />
        </>
      )}
    </div>
  );
}

function draw(canvas: HTMLCanvasElement, { map }: Layout, width: number): void {
  const scale = devicePixelRatio;
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  const paint = canvas.getContext("2d");
  if (paint === null) return;
  const style = getComputedStyle(canvas);
  const column = canvas.width / map.length;
  const strip = (bit: number, colour: string, top: number, tall: number) => {
    paint.fillStyle = style.getPropertyValue(colour);
    for (let at = 0; at < map.length; at++) {
      if (((map[at] ?? 0) & bit) === 0) continue;
      let end = at;
      while (end + 1 < map.length && ((map[end + 1] ?? 0) & bit) !== 0) end++;
      const wide = Math.max(scale, (end - at + 1) * column);
      paint.fillRect(at * column, top * scale, wide, tall * scale);
      at = end;
    }
  };
  for (const [bit, colour, top, tall] of lanes) strip(bit, colour, top, tall);
  strip(mapBits.open, "--live", 6, 38);
  paint.fillStyle = style.getPropertyValue("--error");
  for (let at = 0; at < map.length; at++) {
    if (((map[at] ?? 0) & mapBits.error) === 0) continue;
    paint.fillRect(at * column, 0, Math.max(2 * scale, column), 37 * scale);
  }
}

function summary({ axis, errors, records, turns }: Layout): string {
  const folds = axis.stretches.filter(({ fold }) => fold).length;
  return [
    `Overview: ${durationText((axis.to - axis.from) / 1_000)}`,
    plural(turns.length, "turn"),
    plural(records, "record"),
    plural(errors.length, "error"),
    folds > 0 ? plural(folds, "pause folded", "pauses folded") : "",
  ]
    .filter((part) => part !== "")
    .join(", ");
}
