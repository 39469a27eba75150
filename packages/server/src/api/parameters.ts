import { Refusal } from "../refusal/refusal.ts";
import { parseTime, timeForms } from "./time.ts";

/** Reads one query parameter; throws a sentence (after the parameter's name) when it can't be read. */
type Read<T> = (text: string) => T;

export type Readers = Readonly<Record<string, Read<unknown>>>;
export type Reading<R extends Readers> = { readonly [K in keyof R]?: ReturnType<R[K]> };

/** The text of a parameter that can't be used, as the message goes on after its name. */
class Unreadable extends Error {}

/**
 * The parameters of one door. Unknown and doubled ones are refused rather than ignored: a filter that silently does
 * nothing gives a wrong answer.
 */
export function readParameters<R extends Readers>(readers: R, query: string): Reading<R> {
  const values: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const [name, text] of new URLSearchParams(query)) {
    const read = Object.hasOwn(readers, name) ? readers[name] : undefined;
    if (read === undefined) {
      const known = Object.keys(readers).join(", ");
      throw new Refusal(
        "bad_parameter",
        `"${name.slice(0, 40)}" is unknown here; known: ${known}.`,
      );
    }
    if (name in values) throw new Refusal("bad_parameter", `"${name}" is given more than once.`);
    try {
      values[name] = read(text);
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      throw new Refusal("bad_parameter", `"${name}" ${error.message}.`);
    }
  }
  return values as Reading<R>;
}

const longest = 2_000;

export const text: Read<string> = (given) => {
  if (given === "") throw new Unreadable("is empty");
  if (given.length > longest) throw new Unreadable(`is longer than ${longest} characters`);
  return given;
};

export const time: Read<number> = (given) => {
  const at = parseTime(given, Date.now());
  if (at === undefined) throw new Unreadable(`takes ${timeForms}`);
  return at;
};

/** `errors` alone, as in `?errors`, means yes. */
export const flag: Read<boolean> = (given) => {
  if (given === "" || given === "true" || given === "1") return true;
  if (given === "false" || given === "0") return false;
  throw new Unreadable("takes true or false");
};

export function oneOf<const T extends string>(...choices: readonly T[]): Read<T> {
  return (given) => {
    const choice = choices.find((choice) => choice === given);
    if (choice === undefined) throw new Unreadable(`takes one of ${choices.join(", ")}`);
    return choice;
  };
}

export function whole(least: number, most: number): Read<number> {
  return (given) => {
    const value = /^\d{1,9}$/.test(given) ? Number(given) : Number.NaN;
    if (!(value >= least && value <= most)) {
      throw new Unreadable(`takes a whole number from ${least} to ${most}`);
    }
    return value;
  };
}
