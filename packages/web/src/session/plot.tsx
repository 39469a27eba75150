import { durationText } from "@throughline/core/figures";
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

export interface PlotSeries {
  readonly name: string;
  /** A custom property of the style sheet. */
  readonly colour: string;
  readonly values: readonly (number | null)[];
  readonly style: "steps" | "points";
}

interface Props {
  readonly title: string;
  /** Seconds since the session began, ascending. */
  readonly x: readonly number[];
  readonly series: readonly PlotSeries[];
  readonly format: (value: number) => string;
  readonly choose: (index: number) => void;
}

const height = 190;

/** Fetched when the first chart is drawn. */
async function load() {
  const [{ default: UPlot }] = await Promise.all([
    import("uplot"),
    import("uplot/dist/uPlot.min.css"),
  ]);
  return UPlot;
}

export function Plot({ choose, format, series, title, x }: Props): JSX.Element {
  const frame = useRef<HTMLDivElement>(null);
  const [theme, setTheme] = useState(0);
  const chosen = useRef(choose);
  chosen.current = choose;

  useEffect(() => {
    const changed = () => setTheme((before) => before + 1);
    const dark = matchMedia("(prefers-color-scheme: dark)");
    dark.addEventListener("change", changed);
    addEventListener("theme", changed);
    return () => {
      dark.removeEventListener("change", changed);
      removeEventListener("theme", changed);
    };
  }, []);

  const drawn = JSON.stringify([x.length, series]);
  useEffect(() => {
    const { current } = frame;
    if (current === null) return () => {};
    let leave = () => {};
    let here = true;
    void load().then((UPlot) => {
      if (!here) return;
      const style = getComputedStyle(current);
      const colour = (name: string) => style.getPropertyValue(name);
      const axis = {
        stroke: colour("--muted"),
        grid: { stroke: colour("--line"), width: 1 },
        ticks: { show: false },
        font: "11px system-ui, sans-serif",
      };
      const plot = new UPlot(
        {
          width: current.clientWidth,
          height,
          legend: { show: false },
          cursor: { points: { size: 7 }, drag: { x: false, y: false } },
          scales: {
            x: { time: false, range: (_plot, _least, most) => [0, (most || 1) * 1.03] },
            y: { range: (_plot, _least, most) => [0, (most || 1) * 1.08] },
          },
          axes: [
            { ...axis, values: (_plot, splits) => splits.map((at) => durationText(at * 1_000)) },
            { ...axis, size: 58, values: (_plot, splits) => splits.map((value) => format(value)) },
          ],
          series: [
            {},
            ...series.map((each) => ({
              label: each.name,
              stroke: colour(each.colour),
              width: 2,
              ...(each.style === "steps"
                ? {
                    paths: UPlot.paths.stepped?.({ align: 1 }) ?? (() => null),
                    points: { show: x.length < 60, size: 4 },
                  }
                : {
                    paths: () => null,
                    points: { show: true, size: 6, fill: colour(each.colour) },
                  }),
            })),
          ],
        },
        [[...x], ...series.map(({ values }) => [...values])],
        current,
      );
      const clicked = () => {
        const { idx } = plot.cursor;
        if (idx !== null && idx !== undefined) chosen.current(idx);
      };
      plot.over.addEventListener("click", clicked);
      const observer = new ResizeObserver(() =>
        plot.setSize({ width: current.clientWidth, height }),
      );
      observer.observe(current);
      leave = () => {
        observer.disconnect();
        plot.destroy();
      };
    });
    return () => {
      here = false;
      leave();
    };
  }, [drawn, theme]);

  return (
    <figure class="plot">
      <figcaption>
        <h2>{title}</h2>
        <span class="legend">
          {series.map(({ colour, name }) => (
            <span key={name}>
              <span class="key" style={{ background: `var(${colour})` }} /> {name}
            </span>
          ))}
        </span>
      </figcaption>
      <div
        ref={frame}
        class="plot-frame"
        role="img"
        aria-label={`${title}: the table below has the numbers`}
      />
    </figure>
  );
}
