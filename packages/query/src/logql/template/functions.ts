import { parseBytes, parseDuration } from "../../text/quantities.ts";
import { textFunctions } from "./text-functions.ts";
import {
  isTruth,
  Moment,
  numberOf,
  type Signature,
  takes,
  takesTexts,
  TemplateFault,
  type TemplateValue,
  textOf,
  wholeOf,
} from "./value.ts";

/** The functions that Loki documents, except `unsupportedFunctions`. */
export const signatures: ReadonlyMap<string, Signature> = new Map([
  ...textFunctions,
  ["duration", takesTexts(1, seconds)],
  ["duration_seconds", takesTexts(1, seconds)],
  ["bytes", takesTexts(1, (text) => parseBytes(text) ?? 0)],
  ["int", takes(1, ([value]) => wholeOf(value))],
  ["float64", takes(1, ([value]) => numberOf(value))],
  ["add", fold(1, wholeOf, (a, b) => a + b)],
  ["addf", fold(1, numberOf, (a, b) => a + b)],
  ["sub", fold(2, wholeOf, (a, b) => a - b)],
  ["subf", fold(1, numberOf, (a, b) => a - b)],
  ["mul", fold(1, wholeOf, (a, b) => a * b)],
  ["mulf", fold(1, numberOf, (a, b) => a * b)],
  ["div", fold(2, wholeOf, (a, b) => Math.trunc(a / divisor(b)))],
  ["divf", fold(1, numberOf, (a, b) => a / divisor(b))],
  ["mod", fold(2, wholeOf, (a, b) => a % divisor(b))],
  ["max", fold(1, wholeOf, (a, b) => Math.max(a, b))],
  ["maxf", fold(1, numberOf, (a, b) => Math.max(a, b))],
  ["min", fold(1, wholeOf, (a, b) => Math.min(a, b))],
  ["minf", fold(1, numberOf, (a, b) => Math.min(a, b))],
  ["ceil", takes(1, ([value]) => Math.ceil(numberOf(value)))],
  ["floor", takes(1, ([value]) => Math.floor(numberOf(value)))],
  [
    "round",
    takes(
      2,
      ([value, places, on = 0.5]) => round(numberOf(value), wholeOf(places), numberOf(on)),
      3,
    ),
  ],
  ["eq", order((difference) => difference === 0)],
  ["ne", order((difference) => difference !== 0)],
  ["lt", order((difference) => difference < 0)],
  ["le", order((difference) => difference <= 0)],
  ["gt", order((difference) => difference > 0)],
  ["ge", order((difference) => difference >= 0)],
  ["and", takes(1, (values) => values.find((value) => !isTruth(value)) ?? last(values), Infinity)],
  ["or", takes(1, (values) => values.find(isTruth) ?? last(values), Infinity)],
  ["not", takes(1, ([value = ""]) => !isTruth(value))],
  ["default", takes(2, ([fallback = "", value = ""]) => (isTruth(value) ? value : fallback))],
  ["unixEpoch", takes(1, ([time]) => String(nanoseconds(time) / 1_000_000_000n))],
  ["unixEpochMillis", takes(1, ([time]) => String(nanoseconds(time) / 1_000_000n))],
  ["unixEpochNanos", takes(1, ([time]) => String(nanoseconds(time)))],
  // These two are read off the line by whoever renders.
  ["__line__", takes(0, () => "")],
  ["__timestamp__", takes(0, () => "")],
]);

export const unsupportedFunctions: ReadonlySet<string> = new Set(
  (
    "range with define template block index slice call html js print println urlquery " +
    "fromJson now date toDate toDateInZone unixToTime"
  ).split(" "),
);

function fold(
  least: number,
  read: (value: TemplateValue) => number,
  step: (sum: number, next: number) => number,
): Signature {
  // Not reduce(step): that would hand it the index too.
  return takes(
    least,
    (values) => values.map(read).reduce((sum, next) => step(sum, next)),
    Infinity,
  );
}

function order(test: (difference: number) => boolean): Signature {
  return takes(2, ([a = "", b = ""]) => {
    if (typeof a === "number" && typeof b === "number") return test(a - b);
    const [one, other] = [textOf(a), textOf(b)];
    return test(one === other ? 0 : one < other ? -1 : 1);
  });
}

function divisor(value: number): number {
  if (value === 0) throw new TemplateFault("division by zero");
  return value;
}

function round(value: number, places: number, on: number): number {
  const scaled = value * 10 ** places;
  const whole = Math.trunc(scaled);
  return (whole + (Math.abs(scaled - whole) >= on ? Math.sign(scaled) : 0)) / 10 ** places;
}

function seconds(text: string): number {
  const value = parseDuration(text);
  if (value === undefined) throw new TemplateFault("this is no duration");
  return value / 1e9;
}

function nanoseconds(value: TemplateValue | undefined): bigint {
  if (value instanceof Moment) return value.ns;
  throw new TemplateFault("this is no time");
}

function last(values: readonly TemplateValue[]): TemplateValue {
  return values.at(-1) ?? "";
}
