import { RE2JS } from "re2js";
import { PartFault } from "../text/part-fault.ts";

/**
 * Regular expressions of the RE2 syntax, in time linear in the text. JavaScript's own RegExp knows another syntax and
 * backtracks: `(x+x+)+y` over 30 letters stops a server. Measured on re2js 2.10 over log lines of 110 characters: 23 to
 * 240 MB/s, and 1 to 50 ms for the known catastrophic patterns over 100,000 characters.
 */
export type RegexTest = (text: string) => boolean;

interface RegexMatcher {
  /** Named groups of the first match, in the order of the pattern; undefined without a match. */
  groups(text: string): ReadonlyMap<string, string> | undefined;
}

/**
 * Linear is not free: a pattern of n instructions costs up to 25 ns * n a character once its automaton no longer fits.
 * The estimate also bounds compilation, 2 to 8 µs an instruction, for one pattern and for all of a query together.
 */
const MAX_PROGRAM = 2_000;
const MAX_REGEX_ESTIMATE = 100_000;

/** What all patterns of one query may cost together. */
export class RegexBudget {
  #left = MAX_REGEX_ESTIMATE;

  /** Throws a PartFault where the budget does not reach. */
  spend(pattern: string): void {
    this.#left -= regexEstimate(pattern);
    if (this.#left < 0)
      throw new PartFault("unsupported", "the regular expressions are too large together");
  }
}

/** An upper bound of a pattern's instructions, from its text: counted repeats copy what they repeat. */
function regexEstimate(pattern: string): number {
  if (alternatives(pattern) !== undefined) return 0;
  let copies = 1;
  for (const [, least = "0", most = ""] of pattern.matchAll(/\{(\d{1,9}),?(\d{0,9})\}/g))
    copies += Math.max(Number(least), Number(most));
  return pattern.length * copies;
}

/** Must match the whole text. `.` does not match a newline unless the pattern says `(?s)`. */
export function wholeRegex(pattern: string): RegexTest {
  const words = alternatives(pattern);
  if (words === undefined) {
    const compiled = compile(pattern, 0);
    return (text) => compiled.matches(text);
  }
  const [only = ""] = words;
  if (words.length === 1) return (text) => text === only;
  const set = new Set(words);
  return (text) => set.has(text);
}

/** May match anywhere in a line. `.` matches newlines too, as Loki documents for line filters. */
export function partRegex(pattern: string): RegexTest {
  const words = alternatives(pattern);
  if (words?.length === 1) return (text) => text.includes(words[0] ?? "");
  const compiled = compile(pattern, RE2JS.DOTALL);
  return (text) => compiled.test(text);
}

/** The names of a pattern's groups, in order. */
export function groupNames(pattern: string): readonly string[] {
  return namesOf(compile(pattern, 0)).map(([name]) => name);
}

export function groupRegex(pattern: string): RegexMatcher {
  const compiled = compile(pattern, 0);
  const names = namesOf(compiled);
  return {
    groups(text) {
      const matcher = compiled.matcher(text);
      if (!matcher.find()) return undefined;
      return new Map(names.map(([name, index]) => [name, matcher.group(index) ?? ""]));
    },
  };
}

/**
 * Replaces every match; `$1` and `${name}` in the replacement stand for groups, unless it is literal. Undefined when the
 * result grows beyond `limit` characters.
 */
export function replacer(
  pattern: string,
): (text: string, by: string, literal: boolean, limit: number) => string | undefined {
  const regex = compileOnce(pattern);
  return (text, by, literal, limit) => {
    const matcher = regex.matcher(text);
    let result = "";
    let from = 0;
    while (matcher.find()) {
      result += text.slice(from, matcher.start()) + (literal ? by : expand(by, matcher));
      from = matcher.end();
      if (result.length > limit) return undefined;
    }
    return result + text.slice(from);
  };
}

/** Expands a replacement for a text that matches as a whole; undefined where it does not. */
export function wholeReplacer(pattern: string): (text: string, by: string) => string | undefined {
  const compiled = compile(pattern, 0);
  return (text, by) => {
    const matcher = compiled.matcher(text);
    return matcher.matches() ? expand(by, matcher) : undefined;
  };
}

/** How often a pattern matches, without overlaps. */
export function counter(pattern: string): (text: string) => number {
  const regex = compileOnce(pattern);
  return (text) => {
    const matcher = regex.matcher(text);
    let count = 0;
    while (matcher.find()) count++;
    return count;
  };
}

const META = /[\\^$.*+?()[\]{}]/;

/** The words of a pattern that is nothing but words: `chat|embeddings`. Undefined for any other. */
export function alternatives(pattern: string): readonly string[] | undefined {
  return META.test(pattern) ? undefined : pattern.split("|");
}

const remembered = new Map<string, Compiled>();
const MAX_COMPILED = 64;

/** For patterns that a template names anew for every line. */
function compileOnce(pattern: string): Compiled {
  const known = remembered.get(pattern);
  if (known !== undefined) return known;
  if (remembered.size === MAX_COMPILED) remembered.clear();
  const fresh = compile(pattern, 0);
  remembered.set(pattern, fresh);
  return fresh;
}

type Compiled = ReturnType<typeof RE2JS.compile>;
type Matcher = ReturnType<Compiled["matcher"]>;

function compile(pattern: string, flags: number): Compiled {
  if (regexEstimate(pattern) > MAX_REGEX_ESTIMATE) throw tooLarge();
  let compiled: Compiled;
  try {
    compiled = RE2JS.compile(pattern, flags);
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    throw new PartFault(
      "invalid",
      `no regular expression: ${said.replace("error parsing regexp: ", "")}`,
    );
  }
  if (compiled.programSize() > MAX_PROGRAM) throw tooLarge();
  return compiled;
}

function tooLarge(): PartFault {
  return new PartFault("unsupported", "this regular expression is too large");
}

function namesOf(compiled: Compiled): [string, number][] {
  return Object.entries(compiled.namedGroups()).toSorted(([, one], [, other]) => one - other);
}

/** As Go does: `$$` is a dollar sign, a group that does not exist is nothing. */
function expand(replacement: string, matcher: Matcher): string {
  return replacement.replace(
    /\$(?:\$|\{(\w+)\}|(\w+))/g,
    (_all, braced?: string, bare?: string) => {
      const name = braced ?? bare;
      if (name === undefined) return "$";
      try {
        return matcher.group(/^\d+$/.test(name) ? Number(name) : name) ?? "";
      } catch {
        return "";
      }
    },
  );
}
