import { parseDuration, QueryError } from "@throughline/query";

import { Refusal } from "../refusal/refusal.ts";

/**
 * The parameters of a Tempo or Loki door. Unlike at our own doors, unknown ones are passed over: clients of many versions send
 * hints that only some servers know.
 */
export class Parameters {
  readonly #values: URLSearchParams;

  constructor(...queries: readonly string[]) {
    this.#values = new URLSearchParams(queries.filter((query) => query !== "").join("&"));
  }

  /** Undefined for one that is absent or empty. */
  text(...names: readonly string[]): string | undefined {
    for (const name of names) {
      const value = this.#values.get(name);
      if (value !== null && value !== "") return value;
    }
    return undefined;
  }

  all(...names: readonly string[]): readonly string[] {
    return names.flatMap((name) => this.#values.getAll(name));
  }

  entries(): readonly (readonly [name: string, value: string])[] {
    return [...this.#values];
  }

  required(name: string): string {
    const value = this.text(name);
    if (value === undefined) throw new Refusal("bad_parameter", `"${name}" is missing.`);
    return value;
  }

  whole(name: string, least: number, most: number): number | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const number = /^\d{1,12}$/.test(value) ? Number(value) : Number.NaN;
    if (number >= least && number <= most) return number;
    throw unreadable(name, value, `a whole number from ${least} to ${most}`);
  }

  /** Nanoseconds: a duration as Go writes it, or seconds. */
  duration(name: string): bigint | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const seconds = /^\d+(?:\.\d+)?$/.test(value) ? Number(value) * 1e9 : parseDuration(value);
    if (seconds !== undefined && seconds >= 0 && seconds < 1e19) return BigInt(Math.round(seconds));
    throw unreadable(name, value, "a duration like 90s or 1h30m, or seconds");
  }

  /** Nanoseconds of a point in time: seconds up to ten digits, else nanoseconds; fractions are seconds; RFC 3339. */
  time(name: string): bigint | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const time = timeOf(value);
    if (time === undefined)
      throw unreadable(name, value, "seconds or nanoseconds since 1970, or RFC 3339");
    return time;
  }
}

const second = 1_000_000_000n;
/** What 64 bits hold: beyond it lies nobody's telemetry. */
const latest = 2n ** 63n - 1n;

function timeOf(value: string): bigint | undefined {
  if (/^\d{1,30}$/.test(value)) {
    const time = value.length <= 10 ? BigInt(value) * second : BigInt(value);
    return time < latest ? time : latest;
  }
  const decimal = /^(\d{1,12})\.(\d{1,30})$/.exec(value);
  if (decimal !== null)
    return BigInt(decimal[1] ?? 0) * second + BigInt((decimal[2] ?? "").slice(0, 9).padEnd(9, "0"));
  if (/^\d+(?:\.\d+)?e[+]?\d+$/i.test(value) && Number(value) < 1e10)
    return BigInt(Math.round(Number(value) * 1e3)) * 1_000_000n;
  const date = /^(\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d)(?:\.(\d{1,9})\d*)?([Zz]|[+-]\d\d:\d\d)$/.exec(
    value,
  );
  if (date === null) return undefined;
  const milliseconds = Date.parse(`${date[1]}${date[3]}`);
  if (Number.isNaN(milliseconds) || milliseconds < 0) return undefined;
  return BigInt(milliseconds) * 1_000_000n + BigInt((date[2] ?? "").padEnd(9, "0"));
}

export function unreadable(name: string, value: string, wanted: string): Refusal {
  return new Refusal("bad_parameter", `"${name}" takes ${wanted}; it was "${value.slice(0, 80)}".`);
}

export function nowNs(): bigint {
  return BigInt(Date.now()) * 1_000_000n;
}

/** What is wrong with a query is the asker's to know, with its place. */
export function planned<T>(plan: () => T): T {
  try {
    return plan();
  } catch (error) {
    if (error instanceof QueryError) throw new Refusal("bad_query", `${error.message}.`);
    throw error;
  }
}
