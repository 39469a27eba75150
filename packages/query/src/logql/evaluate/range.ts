import { faultAt } from "../../text/places.ts";
import { MOST_LABEL_TEXT } from "../../metrics/series.ts";
import type { Steps } from "../../metrics/steps.ts";
import type { LogEntry } from "../entry/entry.ts";
import { createLogPipeline, type LogPipeline } from "../stages/create-stages.ts";
import { ERROR_DETAILS, type Line } from "../stages/line.ts";
import { utf8Length } from "../../text/utf8.ts";
import type { RangeAggregation } from "../tree.ts";
import { type Fold, keepsErrors, labelReader } from "./sample-labels.ts";
import { type Cell, cellMaker } from "./cells.ts";
import { SlidingSum } from "./sliding.ts";
import {
  constantSeries,
  emptySeries,
  keyOf,
  labelSet,
  type LabelSet,
  put,
  type Series,
} from "./series.ts";

interface Entry {
  readonly labels: LabelSet;
  /** By number of the stretch. */
  readonly cells: Map<number, Cell>;
}

/**
 * A function over the last so-and-so many minutes, at every step. Ranges overlap, so time is cut into stretches that each
 * range is a whole number of (the greatest common divisor of range and step): an entry is counted once, and what memory
 * holds is numbers, however many entries come and in whatever order.
 */
export class RangeAccumulator {
  readonly #aggregation: RangeAggregation;
  readonly #steps: Steps;
  readonly #maxCells: number;
  readonly #pipeline: LogPipeline;
  readonly #makeCell: () => Cell;
  readonly #stretch: number;
  /** The end of the first range's start: stretch n ends n stretches behind it. */
  readonly #originNs: bigint;
  readonly #lastNs: bigint;
  readonly #keepsErrors: boolean;
  readonly #labels: (line: Line) => LabelSet;
  readonly #series = new Map<string, Entry>();
  #cells = 0;
  #text = 0;
  overflowed = false;

  constructor(aggregation: RangeAggregation, fold: Fold, steps: Steps, maxCells: number) {
    const { log, offset, range } = aggregation;
    this.#aggregation = aggregation;
    this.#steps = steps;
    this.#maxCells = maxCells;
    this.#pipeline = createLogPipeline(log);
    this.#makeCell = cellMaker(aggregation);
    this.#keepsErrors = keepsErrors(log);
    this.#labels = labelReader(aggregation, fold);
    this.#stretch = steps.count === 1 ? range : divisor(range, Number(steps.stepNs));
    this.#originNs = steps.firstNs - BigInt(offset) - BigInt(range);
    this.#lastNs = steps.firstNs + BigInt(steps.count - 1) * steps.stepNs - BigInt(offset);
  }

  add(entry: LogEntry): void {
    const { timeNs } = entry;
    if (timeNs <= this.#originNs || timeNs > this.#lastNs) return;
    const line = this.#pipeline(entry);
    if (line === undefined) return;
    if (line.error !== "" && !this.#keepsErrors)
      throw faultAt(
        this.#aggregation,
        "invalid",
        `a line failed with ${line.error} (${line.get(ERROR_DETAILS)}); add | __error__="" to leave such lines out`,
      );
    const stretch = Math.ceil(Number(timeNs - this.#originNs) / this.#stretch);
    this.#cellOf(line, stretch)?.add(this.#measure(line), timeNs);
  }

  #measure(line: Line): number {
    switch (this.#aggregation.function) {
      case "bytes_rate":
      case "bytes_over_time":
        return utf8Length(line.text);
      default:
        return line.sample ?? 1;
    }
  }

  #cellOf(line: Line, stretch: number): Cell | undefined {
    const labels = this.#labels(line);
    const key = keyOf(labels);
    const known = this.#series.get(key);
    const cell = known?.cells.get(stretch);
    if (cell !== undefined) return cell;
    const text = known === undefined ? key.length : 0;
    if (this.#cells >= this.#maxCells || this.#text + text > MOST_LABEL_TEXT) {
      this.overflowed = true;
      return undefined;
    }
    this.#cells++;
    this.#text += text;
    const fresh = this.#makeCell();
    if (known === undefined) this.#series.set(key, { labels, cells: new Map([[stretch, fresh]]) });
    else known.cells.set(stretch, fresh);
    return fresh;
  }

  /** In the order of their labels: what is cut off, or wins among equals, must not depend on the order of arrival. */
  finish(): readonly Series[] {
    const series = [...this.#series]
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .map(([, { cells, labels }]) => this.#overSteps(labels, cells));
    return this.#aggregation.function === "absent_over_time" ? [this.#absence(series)] : series;
  }

  #overSteps(labels: LabelSet, cells: ReadonlyMap<number, Cell>): Series {
    const { count, stepNs } = this.#steps;
    const wide = this.#aggregation.range / this.#stretch;
    const apart = Number(stepNs) / this.#stretch;
    const window = new SlidingSum(this.#makeCell);
    const series = emptySeries(labels, count);
    const waiting = [...cells].toSorted(([a], [b]) => b - a);
    for (let step = 0; step < count; step++) {
      const end = step * apart + wide;
      for (let next = waiting.at(-1); next !== undefined && next[0] <= end; next = waiting.at(-1)) {
        waiting.pop();
        window.push({ number: next[0], cell: next[1] });
      }
      window.forget(end - wide);
      const total = window.total();
      if (total !== undefined) put(series, step, total);
    }
    return series;
  }

  /** 1 where there is nothing, named by what the selector asks for. */
  #absence([found]: readonly Series[]): Series {
    const { count } = this.#steps;
    const asked = this.#aggregation.log.matchers.filter(({ operator }) => operator === "=");
    const labels = labelSet(asked.map(({ label, value }) => [label, value]));
    const series = { ...constantSeries(1, count), labels };
    for (let step = 0; step < count; step++)
      if (found?.present[step] === 1) series.present[step] = 0;
    return series;
  }
}

function divisor(a: number, b: number): number {
  return b === 0 ? a : divisor(b, a % b);
}
