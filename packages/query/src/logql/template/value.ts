export type TemplateValue = string | number | boolean | Moment;

/** A point in time, which prints as Go prints it. */
export class Moment {
  readonly ns: bigint;

  constructor(ns: bigint) {
    this.ns = ns;
  }

  toString(): string {
    const [date = "", time = ""] = new Date(Number(this.ns / 1_000_000n)).toISOString().split("T");
    const fraction = String(this.ns % 1_000_000_000n)
      .padStart(9, "0")
      .replace(/0+$/, "");
    return `${date} ${time.slice(0, 8)}${fraction === "" ? "" : `.${fraction}`} +0000 UTC`;
  }
}

/** What went wrong on one line; the line carries on with an error label. */
export class TemplateFault extends Error {
  override readonly name = "TemplateFault";
}

/** A result may not grow beyond this, whatever a template repeats. */
export const MAX_RESULT = 1_048_576;

export function tooLong(): TemplateFault {
  return new TemplateFault("the result is too long");
}

export function textOf(value: TemplateValue | undefined): string {
  return String(value ?? "");
}

/** A text that is no number counts as 0, as Go's template functions have it. */
export function numberOf(value: TemplateValue | undefined): number {
  const read = typeof value === "boolean" ? Number(value) : Number(textOf(value).trim());
  return Number.isFinite(read) ? read : 0;
}

export function wholeOf(value: TemplateValue | undefined): number {
  return Math.trunc(numberOf(value));
}

export function isTruth(value: TemplateValue): boolean {
  return value !== "" && value !== 0 && value !== false;
}

export interface Signature {
  readonly least: number;
  readonly most: number;
  readonly apply: (operands: readonly TemplateValue[]) => TemplateValue;
}

/** A function of that many operands, or of at least so many. */
export function takes(least: number, apply: Signature["apply"], most: number = least): Signature {
  return { least, most, apply };
}

export function takesTexts(count: number, apply: (...texts: string[]) => TemplateValue): Signature {
  return takes(count, (operands) => apply(...operands.map(textOf)));
}
