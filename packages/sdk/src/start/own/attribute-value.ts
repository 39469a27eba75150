import type { Attributes } from "@opentelemetry/api";

/** The limit of the official SDK, which start() does not change. */
export const mostAttributes = 128;

const maxDepth = 16;

/**
 * Writes what OTLP has a form for and leaves out the rest, as the official SDK does. Texts, numbers and booleans are taken as
 * they are, which is all that a step writes by itself; what an application passes may be anything, and is copied.
 */
export function writeValue(attributes: Attributes, key: string, value: unknown): boolean {
  switch (typeof value) {
    case "string":
    case "number":
    case "boolean":
      attributes[key] = value;
      return true;
    case "object":
      if (!isValue(value, 0)) return false;
      Reflect.set(attributes, key, copyOf(value));
      return true;
    default:
      return false;
  }
}

/**
 * Takes out what an application put in and OTLP has no form for; strings and numbers, nearly all there is, stay untouched.
 * Says how many are left, and how many were dropped.
 */
export function checkAttributes(attributes: Attributes): {
  readonly count: number;
  readonly dropped: number;
} {
  let count = 0;
  let dropped = 0;
  for (const key in attributes) {
    const value: unknown = attributes[key];
    const plain = typeof value === "string" || typeof value === "number";
    const fits = count < mostAttributes && key !== "";
    if (fits && (plain || writeValue(attributes, key, value))) count++;
    else {
      delete attributes[key];
      if (value !== undefined) dropped++;
    }
  }
  return { count, dropped };
}

function isValue(value: unknown, depth: number): boolean {
  switch (typeof value) {
    case "string":
    case "number":
    case "boolean":
    case "undefined":
      return true;
    case "object":
      if (value === null || value instanceof Uint8Array) return true;
      return depth < maxDepth && isCollection(value, depth + 1);
    default:
      return false;
  }
}

function isCollection(value: object, depth: number): boolean {
  if (Array.isArray(value)) return value.every((item) => isValue(item, depth));
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return false;
  return Object.values(value).every((item) => isValue(item, depth));
}

function copyOf(value: unknown): unknown {
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return value;
  if (Array.isArray(value)) return value.map(copyOf);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, copyOf(item)]));
}
