import { partRegex, wholeRegex } from "../../regex/regex.ts";
import { parseBytes, parseDuration } from "../../text/quantities.ts";
import { patternTest } from "../pattern.ts";
import type { LabelCompare, LabelCondition, LineFilter, Matcher } from "../tree.ts";
import type { OrderOperator } from "../vocabulary.ts";
import type { Line } from "./line.ts";

export type LineTest = (line: Line) => boolean;

export function lineFilter({ operator, values }: LineFilter): LineTest {
  const tests = values.map((value) => textTest(operator, value));
  const [only] = tests;
  const any =
    only !== undefined && tests.length === 1
      ? only
      : (text: string) => tests.some((test) => test(text));
  return operator.startsWith("!") ? ({ text }) => !any(text) : ({ text }) => any(text);
}

function textTest(operator: LineFilter["operator"], value: string): (text: string) => boolean {
  switch (operator) {
    case "|=":
    case "!=":
      return (text) => text.includes(value);
    case "|~":
    case "!~":
      return partRegex(value);
    case "|>":
    case "!>":
      return patternTest(value);
  }
}

/** A matcher over the text of a label, which is empty where there is none. */
export function valueTest({ operator, value }: Matcher): (text: string) => boolean {
  switch (operator) {
    case "=":
      return (text) => text === value;
    case "!=":
      return (text) => text !== value;
    case "=~":
      return wholeRegex(value);
    case "!~": {
      const matches = wholeRegex(value);
      return (text) => !matches(text);
    }
  }
}

export function labelTest(condition: LabelCondition): LineTest {
  switch (condition.kind) {
    case "label-match": {
      const test = valueTest(condition.matcher);
      const { label } = condition.matcher;
      return (line) => test(line.get(label));
    }
    case "label-compare":
      return compareTest(condition);
    case "and": {
      const tests = condition.operands.map(labelTest);
      return (line) => tests.every((test) => test(line));
    }
    case "or": {
      const tests = condition.operands.map(labelTest);
      return (line) => tests.some((test) => test(line));
    }
  }
}

const OUTCOMES: {
  readonly [operator in OrderOperator]: (value: number, wanted: number) => boolean;
} = {
  "=": (value, wanted) => value === wanted,
  "!=": (value, wanted) => value !== wanted,
  "<": (value, wanted) => value < wanted,
  "<=": (value, wanted) => value <= wanted,
  ">": (value, wanted) => value > wanted,
  ">=": (value, wanted) => value >= wanted,
};

const READERS: { readonly [type in LabelCompare["type"]]: (text: string) => number | undefined } = {
  number: parseFloat64,
  duration: parseDuration,
  bytes: parseBytes,
};

/** As documented: what can't be read as a number is not filtered but marked, and only text can filter what is marked. */
function compareTest({ label, operator, type, value: wanted }: LabelCompare): LineTest {
  const holds = OUTCOMES[operator];
  const read = READERS[type];
  return (line) => {
    if (line.error !== "") return true;
    const text = line.get(label);
    if (text === "") return false;
    const value = read(text);
    if (value !== undefined) return holds(value, wanted);
    line.fail("LabelFilterErr", `${label} is no ${type === "bytes" ? "size" : type}`);
    return true;
  };
}

const FLOAT = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

export function parseFloat64(text: string): number | undefined {
  if (FLOAT.test(text)) return Number(text);
  if (/^[+-]?inf(?:inity)?$/i.test(text))
    return text.startsWith("-") ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return /^nan$/i.test(text) ? Number.NaN : undefined;
}
