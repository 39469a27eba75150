import type { AnyValue, KeyValue, Resource, Scope } from "@throughline/core/otlp";

export type Plain = string | number | boolean;

/** Numbers that look random and are always the same (xorshift). */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  below(bound: number): number {
    let x = this.#state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#state = x >>> 0;
    return Math.floor((this.#state / 2 ** 32) * bound);
  }

  of<T>(choices: readonly T[]): T {
    const choice = choices[this.below(choices.length)];
    if (choice === undefined) throw new Error("nothing to choose from");
    return choice;
  }

  hex(digits: number): string {
    return Array.from({ length: digits }, () => (1 + this.below(15)).toString(16)).join("");
  }
}

/** One time out of so many. */
export function sometimes<T extends object>(random: Random, times: number, some: T): Partial<T> {
  return random.below(times) === 0 ? some : {};
}

export function resourceOf(attributes: Readonly<Record<string, Plain | undefined>>): Resource {
  return { attributes: pairs(attributes), droppedAttributesCount: 0, entityRefs: [] };
}

export function scopeOf(random: Random): Scope {
  return {
    name: random.of(["@throughline/sdk", "http"]),
    version: random.of(["1.2.0", "2.0"]),
    attributes: pairs({ ...sometimes(random, 3, { language: "java" }) }),
    droppedAttributesCount: 0,
  };
}

export function pairs(plain: Readonly<Record<string, Plain | undefined>>): KeyValue[] {
  return Object.entries(plain).flatMap(([key, value]) =>
    value === undefined ? [] : [{ key, value: valueOf(value) }],
  );
}

function valueOf(value: Plain): AnyValue {
  if (typeof value === "string") return { stringValue: value };
  if (typeof value === "boolean") return { boolValue: value };
  return Number.isInteger(value) ? { intValue: value } : { doubleValue: value };
}
