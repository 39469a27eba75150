import type { ModelRequest, ModelResponse } from "../../step/details.ts";

export type JsonObject = { readonly [key: string]: unknown };

/** What one request asks a model for, in our words. */
export interface Asked {
  readonly operation: string;
  readonly model: string;
  readonly request: ModelRequest;
  /** As the provider's API has them; only looked at where content is captured. */
  readonly messages: unknown;
  readonly instructions?: unknown;
  readonly tools?: unknown;
  /** Listens to the answer: once to a whole one, or to each event of a stream. */
  readonly hear: (said: JsonObject) => Heard;
  /** The answer's messages, put together from the pieces that were heard. */
  readonly output: (pieces: readonly unknown[]) => unknown;
}

export interface Heard {
  /** What is new; fields that the answer does not tell again stay as they were. */
  readonly response: ModelResponse;
  /** What came with it of the answer's messages. */
  readonly pieces?: readonly unknown[];
}

/** One provider's API over HTTP. */
export interface Wire {
  /** Where no host says otherwise. */
  readonly provider: string;
  /** Undefined for requests that are no model calls. */
  read(path: string, body: JsonObject): Asked | undefined;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function objects(value: unknown): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

export function part(value: unknown, key: string): JsonObject {
  const found = isObject(value) ? value[key] : undefined;
  return isObject(found) ? found : {};
}

export function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

export function number(value: unknown): number | undefined {
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}

/** Without what is undefined: a later event must not take back what an earlier one told. */
export function known<T extends object>(fields: T): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}
