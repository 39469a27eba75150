import { parseTime, timeForms } from "./time.ts";

/** How one filter is written by people: on a command line, in an address, in a field of the page. */
export interface Filter<T> {
  /** Throws a FilterFault when the text can't be read. `now` is what durations count back from. */
  read(text: string, now: number): T;
  /** A text that is read as the same value at any time. */
  write(value: T): string;
}

/** Why a filter can't be used. The sentence goes on after the filter's name, however that is written where it was given. */
export class FilterFault extends Error {
  override readonly name = "FilterFault";
  readonly filter: string;

  constructor(message: string, filter = "") {
    super(message);
    this.filter = filter;
  }
}

const longest = 2_000;

export const text: Filter<string> = {
  read(given) {
    if (given === "") throw new FilterFault("is empty");
    if (given.length > longest) throw new FilterFault(`is longer than ${longest} characters`);
    return given;
  },
  write: (value) => value,
};

/** Epoch milliseconds. */
export const time: Filter<number> = {
  read(given, now) {
    const at = parseTime(given, now);
    if (at === undefined) throw new FilterFault(`takes ${timeForms}`);
    return at;
  },
  write: (value) => new Date(value).toISOString(),
};

/** `errors` alone, as in `?errors`, means yes. */
export const flag: Filter<boolean> = {
  read(given) {
    if (given === "" || given === "true" || given === "1") return true;
    if (given === "false" || given === "0") return false;
    throw new FilterFault("takes true or false");
  },
  write: String,
};

export function oneOf<const T extends string>(...choices: readonly T[]): Filter<T> {
  return {
    read(given) {
      const choice = choices.find((choice) => choice === given);
      if (choice === undefined) throw new FilterFault(`takes one of ${choices.join(", ")}`);
      return choice;
    },
    write: (value) => value,
  };
}

export function whole(least: number, most: number): Filter<number> {
  return {
    read(given) {
      const value = /^\d{1,9}$/.test(given) ? Number(given) : Number.NaN;
      if (value >= least && value <= most) return value;
      throw new FilterFault(`takes a whole number from ${least} to ${most}`);
    },
    write: String,
  };
}
