import { durationText } from "@throughline/core/figures";
import { levelNames } from "@throughline/core/session";
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

import type { SessionPort } from "../engine/port.ts";
import type { LogLine } from "../engine/protocol.ts";
import { plural } from "../text/format.ts";
import { scrollFor, sightOf } from "./window.ts";

interface Props {
  readonly port: SessionPort;
  readonly grown: number;
  readonly level: string | null;
  readonly find: string;
  readonly item: string | null;
  readonly following: boolean;
  readonly choose: (id: string) => void;
}

const lineHeight = 24;

/** Every log record of the session in the order of time, also those that the tree leaves out as announcements. */
export function LogsTab({ choose, find, following, grown, item, level, port }: Props): JSX.Element {
  const scroller = useRef<HTMLDivElement>(null);
  const [total, setTotal] = useState<number | null>(null);
  const [lines, setLines] = useState<{ readonly from: number; readonly list: readonly LogLine[] }>({
    from: 0,
    list: [],
  });
  const [scroll, setScroll] = useState({ top: 0, height: 600 });
  const sight = sightOf(scroll.top, scroll.height, lineHeight, total ?? 0);

  useEffect(() => {
    let here = true;
    void (async () => {
      const found = await port.ask("logs", level, find);
      const list = await port.ask("logLines", sight.from, sight.to);
      if (!here) return;
      setTotal(found.total);
      setLines({ from: sight.from, list });
    })();
    return () => {
      here = false;
    };
  }, [port, grown, level, find]);

  useEffect(() => {
    let here = true;
    void port.ask("logLines", sight.from, sight.to).then((list) => {
      if (here) setLines({ from: sight.from, list });
    });
    return () => {
      here = false;
    };
  }, [port, sight.from, sight.to, total]);

  const scrolled = () => {
    const { current } = scroller;
    if (current !== null) setScroll({ top: current.scrollTop, height: current.clientHeight });
  };
  useEffect(scrolled, []);
  useEffect(() => {
    if (following && scroller.current !== null)
      scroller.current.scrollTop = scroller.current.scrollHeight;
  }, [total, following]);

  const current = lines.list.findIndex(({ id }) => id === item);
  const step = (event: KeyboardEvent) => {
    const by = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 }[event.key];
    if (by === undefined) return;
    const next = lines.list[current + by];
    if (next === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    choose(next.id);
    const { current: frame } = scroller;
    if (frame === null) return;
    const index = lines.from + current + by;
    const wanted = scrollFor(index, frame.scrollTop, frame.clientHeight, lineHeight, false);
    if (wanted !== undefined) frame.scrollTop = wanted;
  };
  if (total === 0) {
    return (
      <div class="pane">
        <p class="nothing">
          {find === "" && level === null
            ? "No log record belongs to this session."
            : "No log record matches what is searched for."}
        </p>
      </div>
    );
  }
  return (
    <div class="logs">
      <p class="list-note">{total === null ? "…" : plural(total, "log record")}</p>
      <div
        ref={scroller}
        class="scroller"
        role="listbox"
        aria-label="Log records"
        tabIndex={0}
        aria-activedescendant={current < 0 ? undefined : "line-current"}
        onScroll={scrolled}
        onKeyDown={step}
      >
        <div class="rows" role="presentation" style={{ height: `${(total ?? 0) * lineHeight}px` }}>
          {lines.list.map((line, index) => (
            <div
              key={line.id}
              id={line.id === item ? "line-current" : undefined}
              class={`line level-${levelOf(line)}${line.id === item ? " current" : ""}`}
              role="option"
              aria-selected={line.id === item}
              style={{ transform: `translateY(${(lines.from + index) * lineHeight}px)` }}
              onClick={() => choose(line.id)}
            >
              <span class="at">{durationText(line.at)}</span>
              <span class="severity">{line.severity ?? "–"}</span>
              <span class="turn">{line.turn === null ? "" : `turn ${line.turn + 1}`}</span>
              <span class="service">{line.service}</span>
              <span class="text">
                {line.name !== "" && <b>{line.name} </b>}
                {line.text}
              </span>
              {line.membership !== "carried" && <span class="membership">{line.membership}</span>}
            </div>
          ))}
        </div>
      </div>
    </div>
  );
}

/** A class of ours, whatever word the emitter gave. */
function levelOf({ severity }: LogLine): string {
  return levelNames.find((name) => name === severity) ?? "none";
}
