import { costText, durationText } from "@throughline/core/figures";
import type { Session } from "@throughline/core/session";
import type { JSX } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";

import { anywhere, type ComparePlace, sessionPlace, writePlace } from "../app/address.ts";
import { Icon } from "../app/icons.tsx";
import { useKeys } from "../app/keys.ts";
import type { Go } from "../app/use-place.ts";
import type { Step } from "../engine/protocol.ts";
import type { OpenPort } from "../session/use-session.ts";
import { count, plural } from "../text/format.ts";
import { align, type Pair } from "./align.ts";
import { signClass, signed, Sums } from "./sums.tsx";

interface Props {
  readonly place: ComparePlace;
  readonly go: Go;
  readonly openPort: OpenPort;
}

interface Side {
  readonly session: Session;
  readonly steps: readonly Step[];
}

/** Two sessions step by step: where they part, and what it cost. */
export function CompareView({ go, openPort, place }: Props): JSX.Element {
  const [a, troubleA] = useSide(place.a, openPort);
  const [b, troubleB] = useSide(place.b, openPort);
  const first = useRef<HTMLTableRowElement>(null);
  const trouble = troubleA ?? troubleB;
  const aligned = useMemo(
    () => (a === null || b === null ? null : align(a.steps, b.steps)),
    [a?.steps, b?.steps],
  );
  useKeys({ back: () => go(anywhere) });
  // Most emitters report no price of a call; the session's own is among the sums.
  const priced = [...(a?.steps ?? []), ...(b?.steps ?? [])].some(({ cost }) => cost !== null);
  const openAt = (id: string, step: Step) => go({ ...sessionPlace(id), item: step.id });
  if (trouble !== null) {
    return (
      <main class="empty">
        <h1>These two can't be compared</h1>
        <p class="lead">{trouble}</p>
      </main>
    );
  }
  return (
    <main class="compare">
      <div class="session-name">
        <a
          class="back"
          href={writePlace(anywhere)}
          aria-label="All sessions"
          onClick={(event) => {
            event.preventDefault();
            go(anywhere);
          }}
        >
          <Icon name="back" />
        </a>
        <h1>Compare</h1>
        <span class="grow" />
        <button
          type="button"
          class="button"
          onClick={() => go({ view: "compare", a: place.b, b: place.a }, true)}
        >
          Swap
        </button>
        <button
          type="button"
          class="button"
          disabled={aligned === null || aligned.first < 0}
          onClick={() => first.current?.scrollIntoView({ block: "center" })}
        >
          First difference
        </button>
      </div>
      {a === null || b === null || aligned === null ? (
        <p class="muted pane">Reading both …</p>
      ) : (
        <>
          <Sums a={a.session} b={b.session} go={go} />
          <p class="list-note">
            {aligned.first < 0
              ? `Both took the same ${plural(aligned.pairs.length, "step")}.`
              : `${plural(aligned.pairs.filter((pair) => pair.a !== null && pair.b !== null).length, "step")} in common of ${count(aligned.pairs.length)}; they part at step ${aligned.first + 1}.`}
          </p>
          <div class="table-frame" tabIndex={0} role="group" aria-label="Steps of both">
            <table class="steps">
              <thead>
                <tr>
                  <th scope="col" class="number">
                    #
                  </th>
                  <th scope="col" class="step">
                    A
                  </th>
                  <th scope="col" class="number">
                    Took
                  </th>
                  <th scope="col" class="step">
                    B
                  </th>
                  <th scope="col" class="number">
                    Took
                  </th>
                  <th scope="col" class="number">
                    Time
                  </th>
                  <th scope="col" class="number">
                    Tokens
                  </th>
                  {priced && (
                    <th scope="col" class="number">
                      Cost
                    </th>
                  )}
                </tr>
              </thead>
              <tbody>
                {aligned.pairs.slice(0, mostRows).map((pair, index) => (
                  <tr
                    key={index}
                    ref={index === aligned.first ? first : null}
                    class={rowClass(pair, index === aligned.first)}
                  >
                    <td class="number muted">{index + 1}</td>
                    <Cell step={pair.a} open={(step) => openAt(place.a, step)} />
                    <Cell step={pair.b} open={(step) => openAt(place.b, step)} />
                    <Deltas pair={pair} priced={priced} />
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
          {aligned.pairs.length > mostRows && (
            <p class="cut">{plural(aligned.pairs.length - mostRows, "later step")} not shown.</p>
          )}
        </>
      )}
    </main>
  );
}

const mostRows = 3_000;

function useSide(id: string, openPort: OpenPort): readonly [Side | null, string | null] {
  const [side, setSide] = useState<Side | null>(null);
  const [trouble, setTrouble] = useState<string | null>(null);
  useEffect(() => {
    setSide(null);
    setTrouble(id === "" ? "Choose two sessions in the list: x marks one." : null);
    if (id === "") return () => {};
    let session: Session | null = null;
    const port = openPort((told) => {
      if (told.type !== "progress") return;
      ({ session } = told.progress);
      if (told.progress.trouble !== null) setTrouble(told.progress.trouble);
      if (!told.progress.complete || session === null) return;
      const found = session;
      void port.ask("steps").then((steps) => {
        setSide((before) =>
          before?.steps.length === steps.length && before.session.last_at === found.last_at
            ? before
            : { session: found, steps },
        );
      });
    });
    void port.ask("open", id);
    return () => port.close();
  }, [id, openPort]);
  return [side, trouble];
}

function rowClass({ a, b }: Pair, isFirst: boolean): string {
  const what = a === null ? "only-b" : b === null ? "only-a" : a.error === b.error ? "" : "parted";
  return isFirst ? `${what} first` : what;
}

function Cell(props: {
  readonly step: Step | null;
  readonly open: (step: Step) => void;
}): JSX.Element {
  const { open, step } = props;
  if (step === null) {
    return (
      <>
        <td class="absent">
          <span class="unseen">absent</span>
        </td>
        <td />
      </>
    );
  }
  const { depth, error, kind, ms, name, turn } = step;
  return (
    <>
      <td
        class={`name c-${kind}${error ? " error" : ""}`}
        style={{ paddingLeft: `${8 + Math.min(8, depth) * 12}px` }}
      >
        <button type="button" class="quiet" onClick={() => open(step)}>
          <Icon name={error ? "error" : iconOf(kind)} />{" "}
          {kind === "turn" ? `Turn ${(turn ?? 0) + 1}` : name}
        </button>
      </td>
      <td class="number">{ms === null ? "open" : durationText(ms)}</td>
    </>
  );
}

function iconOf(kind: string): "agent" | "llm" | "tool" | "turn" {
  return kind === "llm" || kind === "tool" || kind === "turn" ? kind : "agent";
}

interface DeltasProps {
  readonly pair: Pair;
  readonly priced: boolean;
}

function Deltas({ pair: { a, b }, priced }: DeltasProps): JSX.Element {
  if (a === null || b === null) return <td colSpan={priced ? 3 : 2} />;
  const time = a.ms === null || b.ms === null ? 0 : b.ms - a.ms;
  const tokens = b.tokens - a.tokens;
  const cost = a.cost === null || b.cost === null ? 0 : b.cost - a.cost;
  const dollars = (value: number) => costText({ amount: value, currency: "USD", complete: true });
  return (
    <>
      <td class={`number ${signClass(time)}`}>{signed(time, durationText)}</td>
      <td class={`number ${signClass(tokens)}`}>{tokens === 0 ? "" : signed(tokens, count)}</td>
      {priced && (
        <td class={`number ${signClass(cost)}`}>{cost === 0 ? "" : signed(cost, dollars)}</td>
      )}
    </>
  );
}
