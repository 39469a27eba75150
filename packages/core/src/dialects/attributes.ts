import type { PlainMap, PlainValue } from "../record/record.ts";

/**
 * Typed looks into a stranger's attribute map. Nothing here trusts a type, and nothing throws.
 */

/** A non-empty string of sane length. Ids and names are short; a megabyte under `gen_ai.tool.name` is not a name. */
export function textOf(value: PlainValue | undefined): string | undefined {
  return typeof value === "string" && value !== "" && value.length <= 1024 ? value : undefined;
}

/** A whole number >= 0. Codex, Goose and several log pipelines write counts as digit strings. */
export function countOf(value: PlainValue | undefined): number | undefined {
  const number = typeof value === "number" ? value : wholeNumber(value);
  return number !== undefined && Number.isSafeInteger(number) && number >= 0 ? number : undefined;
}

function wholeNumber(value: PlainValue | undefined): number | undefined {
  if (typeof value === "bigint") return Number(value);
  return typeof value === "string" && /^\d{1,15}$/.test(value) ? Number(value) : undefined;
}

/** A finite amount >= 0, of money or milliseconds. */
export function amountOf(value: PlainValue | undefined): number | undefined {
  const number =
    typeof value === "string" && /^\d{1,15}(\.\d{1,15})?([eE]-?\d{1,2})?$/.test(value)
      ? Number(value)
      : value;
  return typeof number === "number"
    ? Number.isFinite(number) && number >= 0
      ? number
      : undefined
    : countOf(value);
}

/** true or false, also as the strings that Claude Code and Codex write. */
export function flagOf(value: PlainValue | undefined): boolean | undefined {
  if (typeof value === "boolean") return value;
  if (value === "true") return true;
  return value === "false" ? false : undefined;
}

export function text(attributes: PlainMap, key: string): string | undefined {
  return textOf(attributes[key]);
}

export function count(attributes: PlainMap, key: string): number | undefined {
  return countOf(attributes[key]);
}

export function amount(attributes: PlainMap, key: string): number | undefined {
  return amountOf(attributes[key]);
}

export function flag(attributes: PlainMap, key: string): boolean | undefined {
  return flagOf(attributes[key]);
}

export function firstText(attributes: PlainMap, keys: readonly string[] = []): string | undefined {
  for (const key of keys) {
    const found = text(attributes, key);
    if (found !== undefined) return found;
  }
  return undefined;
}

export function firstCount(attributes: PlainMap, keys: readonly string[] = []): number | undefined {
  for (const key of keys) {
    const found = count(attributes, key);
    if (found !== undefined) return found;
  }
  return undefined;
}

export function firstAmount(
  attributes: PlainMap,
  keys: readonly string[] = [],
): number | undefined {
  for (const key of keys) {
    const found = amount(attributes, key);
    if (found !== undefined) return found;
  }
  return undefined;
}

export function firstFlag(attributes: PlainMap, keys: readonly string[] = []): boolean | undefined {
  for (const key of keys) {
    const found = flag(attributes, key);
    if (found !== undefined) return found;
  }
  return undefined;
}
