import { parseArgs, type ParseArgsOptionsConfig } from "node:util";

import { UsageError } from "./exit-codes.ts";

type Parsed<O extends ParseArgsOptionsConfig> = ReturnType<
  typeof parseArgs<{ options: O; allowPositionals: false; strict: true }>
>["values"];

/** For commands that take flags only. */
export function readOptions<const O extends ParseArgsOptionsConfig>(
  argv: readonly string[],
  options: O,
): Parsed<O> {
  const { positionals, values } = readArguments(argv, options);
  const [stray] = positionals;
  if (stray !== undefined) throw new UsageError(`nothing is known of "${stray}" here.`);
  return values;
}

export interface Arguments<V> {
  readonly values: V;
  readonly positionals: readonly string[];
}

export function readArguments<const O extends ParseArgsOptionsConfig>(
  argv: readonly string[],
  options: O,
): Arguments<Parsed<O>> {
  try {
    const { positionals, values } = parseArgs({
      args: [...argv],
      options,
      allowPositionals: true,
      strict: true,
    });
    return { values, positionals };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new UsageError(error.message);
  }
}

/** The one thing that a command is about. */
export function onlyArgument(positionals: readonly string[], what: string): string {
  const [first, second] = positionals;
  if (first === undefined || first === "") throw new UsageError(`${what} is missing.`);
  if (second !== undefined) throw new UsageError(`one ${what} is enough; "${second}" is too many.`);
  return first;
}

export function choiceOption<const T extends string>(
  name: string,
  text: string,
  choices: readonly T[],
): T {
  const choice = choices.find((choice) => choice === text);
  if (choice !== undefined) return choice;
  throw new UsageError(`${name} takes ${choices.join(" or ")}, not "${text}".`);
}

export function portOption(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(port <= 65_535))
    throw new UsageError(`${name} takes a port from 0 to 65535, not "${text}".`);
  return port;
}

const unitMs: Readonly<Record<string, number>> = {
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** "7d" in milliseconds. */
export function durationOption(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const parts = /^(\d{1,6})([mhdw])$/.exec(text);
  const ms = Number(parts?.[1]) * (unitMs[parts?.[2] ?? ""] ?? Number.NaN);
  if (!(ms > 0))
    throw new UsageError(`${name} takes a duration such as 12h, 7d or 4w, not "${text}".`);
  return ms;
}

const unitBytes: Readonly<Record<string, number>> = {
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  MIB: 2 ** 20,
  GIB: 2 ** 30,
  TIB: 2 ** 40,
};

/** "10GB" in bytes. */
export function sizeOption(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const parts = /^(\d{1,6}(?:\.\d{1,3})?) ?([mgt]i?b)$/i.exec(text);
  const bytes = Number(parts?.[1]) * (unitBytes[parts?.[2]?.toUpperCase() ?? ""] ?? Number.NaN);
  if (!(bytes > 0))
    throw new UsageError(`${name} takes a size such as 500MB or 10GB, not "${text}".`);
  return Math.floor(bytes);
}
