import { briefText, costText, durationText } from "@throughline/core/figures";
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";

import type { SessionPort } from "../engine/port.ts";
import type { Call, Figures } from "../engine/protocol.ts";
import { type Line, linesOf, running } from "../outline/statistics.ts";
import { count } from "../text/format.ts";
import { Plot } from "./plot.tsx";

interface Props {
  readonly port: SessionPort;
  readonly grown: number;
  readonly choose: (id: string) => void;
}

/** Every chart has its numbers in a table below it. */
export function ChartsTab({ choose, grown, port }: Props): JSX.Element {
  const [figures, setFigures] = useState<Figures | null>(null);
  useEffect(() => {
    let here = true;
    void port.ask("figures").then((given) => {
      if (here) setFigures(given);
    });
    return () => {
      here = false;
    };
  }, [port, grown]);
  if (figures === null) return <div class="pane" />;
  const models = figures.models.toSorted((a, b) => a.at - b.at);
  const tools = figures.tools.toSorted((a, b) => a.at - b.at);
  if (models.length + tools.length === 0) {
    return (
      <div class="pane">
        <p class="nothing">No model and no tool was called in this session.</p>
      </div>
    );
  }
  const priced = models.some(({ cost }) => cost !== null);
  const metered = models.some(({ input, output }) => input + output > 0);
  const at = (calls: readonly Call[]) => calls.map((call) => call.at / 1_000);
  const open = (calls: readonly Call[]) => (index: number) => {
    const call = calls[index];
    if (call !== undefined) choose(call.id);
  };
  return (
    <div class="pane charts" tabIndex={0} role="group" aria-label="Charts">
      <div class="plots">
        {metered && (
          <Plot
            title="Tokens, summed up"
            x={at(models)}
            format={briefText}
            series={[
              {
                name: "input",
                colour: "--llm",
                values: running(models.map((c) => c.input)),
                style: "steps",
              },
              {
                name: "output",
                colour: "--tool",
                values: running(models.map((c) => c.output)),
                style: "steps",
              },
            ]}
            choose={open(models)}
          />
        )}
        {priced && (
          <Plot
            title="Reported cost, summed up"
            x={at(models)}
            format={(value) => value.toFixed(3)}
            series={[
              {
                name: "cost",
                colour: "--agent",
                values: running(models.map((c) => c.cost ?? 0)),
                style: "steps",
              },
            ]}
            choose={open(models)}
          />
        )}
        {models.length > 0 && (
          <Plot
            title="Time of each model call"
            x={at(models)}
            format={durationText}
            series={byWho(models)}
            choose={open(models)}
          />
        )}
        {tools.length > 0 && (
          <Plot
            title="Time of each tool call"
            x={at(tools)}
            format={durationText}
            series={byWho(tools)}
            choose={open(tools)}
          />
        )}
      </div>
      {models.length > 0 && (
        <Table title="By model" lines={linesOf(models)} priced={priced} metered />
      )}
      {tools.length > 0 && (
        <Table title="By tool" lines={linesOf(tools)} priced={false} metered={false} />
      )}
    </div>
  );
}

const colours = ["--llm", "--tool", "--agent", "--turn", "--ok", "--warn"];

/** One series a model or tool, the busiest first; what is beyond the colours is one more. */
function byWho(calls: readonly Call[]) {
  const names = linesOf(calls).map(({ who }) => who);
  const own = names.slice(0, names.length > colours.length ? colours.length - 1 : colours.length);
  const rest = names.length - own.length;
  const seriesOf = (name: string, colour: string, holds: (who: string) => boolean) => ({
    name,
    colour,
    values: calls.map(({ ms, who }) => (holds(who) ? ms : null)),
    style: "points" as const,
  });
  return [
    ...own.map((name, index) => seriesOf(name, colours[index] ?? "--other", (who) => who === name)),
    ...(rest > 0 ? [seriesOf(`${rest} others`, "--other", (who) => !own.includes(who))] : []),
  ];
}

interface TableProps {
  readonly title: string;
  readonly lines: readonly Line[];
  readonly priced: boolean;
  readonly metered: boolean;
}

function Table({ lines, metered, priced, title }: TableProps): JSX.Element {
  const most = Math.max(1, ...lines.map(({ total }) => total));
  const time = (ms: number | null) => (ms === null ? "–" : durationText(ms));
  return (
    <table class="figures">
      <caption>{title}</caption>
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col" class="number">
            Calls
          </th>
          <th scope="col" class="number">
            Errors
          </th>
          <th scope="col" class="number">
            Median
          </th>
          <th scope="col" class="number">
            p95
          </th>
          <th scope="col" class="number">
            Longest
          </th>
          <th scope="col">Total time</th>
          {metered && (
            <>
              <th scope="col" class="number">
                In
              </th>
              <th scope="col" class="number">
                Cached
              </th>
              <th scope="col" class="number">
                Out
              </th>
            </>
          )}
          {priced && (
            <th scope="col" class="number">
              Reported cost
            </th>
          )}
        </tr>
      </thead>
      <tbody>
        {lines.map((line) => (
          <tr key={line.who}>
            <th scope="row">{line.who}</th>
            <td class="number">{count(line.calls)}</td>
            <td class={line.errors > 0 ? "number bad" : "number none"}>{line.errors}</td>
            <td class="number">{time(line.median)}</td>
            <td class="number">{time(line.p95)}</td>
            <td class="number">{time(line.longest)}</td>
            <td class="share">
              <span class="share-bar" style={{ width: `${(line.total / most) * 60}%` }} />
              {durationText(line.total)}
            </td>
            {metered && (
              <>
                <td class="number">{count(line.input)}</td>
                <td class="number">{count(line.cached)}</td>
                <td class="number">{count(line.output)}</td>
              </>
            )}
            {priced && (
              <td class="number">
                {costText({ amount: line.cost, currency: "USD", complete: true })}
              </td>
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
