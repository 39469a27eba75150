import { Quantiles } from "../../metrics/quantiles.ts";
import type { RangeAggregation } from "../tree.ts";

/** What one series has in one stretch of time. Cells of neighbouring stretches are put together to a whole range. */
export interface Cell {
  add(value: number, timeNs: bigint): void;
  merge(other: this): void;
  value(): number;
}

/** Makes cells for a function; `bytes_over_time` and its like are sums of what each line counts. */
export function cellMaker(aggregation: RangeAggregation): () => Cell {
  const { function: name, parameter, range } = aggregation;
  switch (name) {
    case "count_over_time":
    case "bytes_over_time":
    case "sum_over_time":
    case "absent_over_time":
      return () => new Sum(1);
    case "rate":
    case "bytes_rate":
      return () => new Sum(range / 1e9);
    case "avg_over_time":
      return () => new Moments(({ mean }) => mean);
    case "stdvar_over_time":
      return () => new Moments(({ count, squares }) => squares / count);
    case "stddev_over_time":
      return () => new Moments(({ count, squares }) => Math.sqrt(squares / count));
    case "min_over_time":
      return () => new Extreme((value, best) => value < best);
    case "max_over_time":
      return () => new Extreme((value, best) => value > best);
    case "first_over_time":
      return () => new Edge((time, best) => time < best);
    case "last_over_time":
      return () => new Edge((time, best) => time >= best);
    case "quantile_over_time":
      return () => new Rank(parameter ?? 0);
  }
}

class Sum implements Cell {
  readonly #divisor: number;
  #sum = 0;

  constructor(divisor: number) {
    this.#divisor = divisor;
  }

  add(value: number): void {
    this.#sum += value;
  }

  merge(other: this): void {
    this.#sum += other.#sum;
  }

  value(): number {
    return this.#sum / this.#divisor;
  }
}

interface MomentsSoFar {
  readonly count: number;
  readonly mean: number;
  /** Sum of the squared distances from the mean. */
  readonly squares: number;
}

/** Mean and variance, kept so that large values do not drown small differences (Welford, Chan). */
class Moments implements Cell {
  readonly #read: (so: MomentsSoFar) => number;
  #count = 0;
  #mean = 0;
  #squares = 0;

  constructor(read: (so: MomentsSoFar) => number) {
    this.#read = read;
  }

  add(value: number): void {
    this.#count++;
    const distance = value - this.#mean;
    this.#mean += distance / this.#count;
    this.#squares += distance * (value - this.#mean);
  }

  merge(other: this): void {
    const count = this.#count + other.#count;
    if (count === 0) return;
    const distance = other.#mean - this.#mean;
    this.#mean += (distance * other.#count) / count;
    this.#squares += other.#squares + (distance * distance * this.#count * other.#count) / count;
    this.#count = count;
  }

  value(): number {
    return this.#read({ count: this.#count, mean: this.#mean, squares: this.#squares });
  }
}

class Extreme implements Cell {
  readonly #beats: (value: number, best: number) => boolean;
  #best = Number.NaN;

  constructor(beats: (value: number, best: number) => boolean) {
    this.#beats = beats;
  }

  add(value: number): void {
    if (Number.isNaN(this.#best) || this.#beats(value, this.#best)) this.#best = value;
  }

  merge(other: this): void {
    if (!Number.isNaN(other.#best)) this.add(other.#best);
  }

  value(): number {
    return this.#best;
  }
}

class Edge implements Cell {
  readonly #beats: (time: bigint, best: bigint) => boolean;
  #time: bigint | undefined;
  #value = 0;

  constructor(beats: (time: bigint, best: bigint) => boolean) {
    this.#beats = beats;
  }

  add(value: number, timeNs: bigint): void {
    if (this.#time !== undefined && !this.#beats(timeNs, this.#time)) return;
    this.#time = timeNs;
    this.#value = value;
  }

  merge(other: this): void {
    if (other.#time !== undefined) this.add(other.#value, other.#time);
  }

  value(): number {
    return this.#value;
  }
}

class Rank implements Cell {
  readonly #quantile: number;
  readonly #values = new Quantiles();

  constructor(quantile: number) {
    this.#quantile = quantile;
  }

  add(value: number): void {
    this.#values.add(value);
  }

  merge(other: this): void {
    this.#values.merge(other.#values);
  }

  value(): number {
    return this.#values.at(this.#quantile);
  }
}
