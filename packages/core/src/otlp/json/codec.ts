/**
 * Model and OTLP/JSON: small codecs, put together to messages. The compiler compares the fields of each message with those of
 * the model, so that none can be forgotten here.
 */
import type { JsonReading, Parsed } from "./reading.ts";

export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;

export interface JsonObject {
  readonly [name: string]: JsonValue;
}

type JsonFields = { [name: string]: JsonValue };

/** One JSON value and what it means. A field that is missing or null reads as `empty()`. */
export interface Codec<T> {
  empty(): T;
  /** Whether a field with this value is left out. */
  omits(value: T): boolean;
  read(reading: JsonReading, value: unknown): T;
  write(value: T): JsonValue;
}

/** What a message does with one of its fields: most read one property, a choice reads one of several. */
export interface Field<T> {
  readField(reading: JsonReading, object: Parsed, name: string): T;
  writeField(value: T, into: JsonFields, name: string): void;
}

export function field<T>(codec: Codec<T>): Field<T> {
  return {
    readField(reading, object, name) {
      const value = object[name];
      return value === undefined || value === null ? codec.empty() : reading.at(name, value, codec);
    },
    writeField(value, into, name) {
      if (!codec.omits(value)) into[name] = codec.write(value);
    },
  };
}

export function message<T extends object>(fields: {
  readonly [K in keyof T]-?: Field<T[K]>;
}): Codec<T> {
  const list: [string, Field<unknown>][] = Object.entries(fields);
  const read = (reading: JsonReading, value: unknown): T => {
    const object = reading.object(value);
    const result: { [name: string]: unknown } = {};
    for (const [name, field] of list) result[name] = field.readField(reading, object, name);
    return result as T;
  };
  return {
    empty: () => {
      throw new Error("A message that may be absent is optional().");
    },
    omits: () => false,
    read,
    write(value) {
      const into: JsonFields = {};
      for (const [name, field] of list) field.writeField(value[name as keyof T], into, name);
      return into;
    },
  };
}

/** What may be absent, which is not the same as empty. */
export function optional<T>(codec: Codec<T>): Codec<T | undefined> {
  return {
    empty: () => undefined,
    omits: (value) => value === undefined,
    read: (reading, value) => codec.read(reading, value),
    write: (value) => (value === undefined ? null : codec.write(value)),
  };
}

/** What is always written, whether or not it is at its default. */
export function required<T>(codec: Codec<T>): Codec<T> {
  return { ...codec, omits: () => false };
}

export function list<T>(codec: Codec<T>): Codec<readonly T[]> {
  return {
    empty: () => [],
    omits: (values) => values.length === 0,
    read: (reading, value) =>
      reading.array(value).map((element, index) => reading.at(index, element, codec)),
    write: (values) => values.map((value) => codec.write(value)),
  };
}

/** A list of records: one that cannot be read, or that `check` refuses, is reported and left out. */
export function records<T>(
  codec: Codec<T>,
  check: (reading: JsonReading, record: T) => void,
): Codec<readonly T[]> {
  return {
    ...list(codec),
    read(reading, value) {
      const good: T[] = [];
      for (const [index, element] of reading.array(value).entries()) {
        reading.fenced(index, () => {
          const record = codec.read(reading, element);
          check(reading, record);
          good.push(record);
        });
      }
      return good;
    },
  };
}

type Alternative<T> = T extends unknown ? keyof T : never;
type Held<T, K> = T extends { readonly [name in K & string]: infer V } ? V : never;
export type Choices<T> = { readonly [K in Alternative<T> & string]: Codec<Held<T, K>> };

/** A `oneof`: its alternatives stand in the message itself, and the property that is set says which it is. */
export function choice<T extends object>(choices: () => Choices<T>): Field<T | undefined> {
  let known: [string, Codec<unknown>][] | undefined;
  // Asked for late, because values hold values.
  const codecs = (): [string, Codec<unknown>][] =>
    (known ??= Object.entries(choices()) as [string, Codec<unknown>][]);
  return {
    readField(reading, object) {
      let chosen: T | undefined;
      for (const [name, codec] of codecs()) {
        const value = object[name];
        if (value === undefined || value === null) continue;
        chosen = { [name]: reading.at(name, value, codec) } as T;
      }
      return chosen;
    },
    writeField(value, into) {
      if (value === undefined) return;
      for (const [name, codec] of codecs()) {
        const held: unknown = (value as Parsed)[name];
        if (held !== undefined) into[name] = codec.write(held);
      }
    },
  };
}
