import type { AnyValue, EmptyValue, EntityRef, KeyValue, Resource, Scope } from "../model.ts";
import {
  choice,
  type Codec,
  field,
  type JsonValue,
  list,
  message,
  optional,
  required,
} from "./codec.ts";
import type { JsonReading } from "./reading.ts";
import { bool, bytes, double, int32, int64, text, uint32 } from "./scalars.ts";

/** Values within values are counted, so that a stranger cannot make reading go deep. */
function nested<T>(codec: Codec<T>): Codec<T> {
  return {
    ...codec,
    read(reading: JsonReading, value: unknown): T {
      if (++reading.depth > reading.limits.maxDepth) reading.fail("depth");
      const read = codec.read(reading, value);
      reading.depth--;
      return read;
    },
  };
}

const alternatives = choice<Exclude<AnyValue, EmptyValue>>(() => ({
  stringValue: text,
  boolValue: bool,
  intValue: int64,
  doubleValue: double,
  arrayValue: nested(message({ values: field(list(anyValue)) })),
  kvlistValue: nested(message({ values: field(list(keyValue)) })),
  bytesValue: bytes,
  stringValueStrindex: int32,
}));

function isSet(value: AnyValue): value is Exclude<AnyValue, EmptyValue> {
  return Object.keys(value).length > 0;
}

export const anyValue: Codec<AnyValue> = {
  empty: () => ({}),
  omits: () => false,
  read: (reading, value) => alternatives.readField(reading, reading.object(value), "") ?? {},
  write(value) {
    const into: { [name: string]: JsonValue } = {};
    if (isSet(value)) alternatives.writeField(value, into, "");
    return into;
  },
};

const keyFields = message<Required<KeyValue>>({
  key: field(required(text)),
  value: field(anyValue),
  keyStrindex: field(int32),
});

export const keyValue: Codec<KeyValue> = {
  ...keyFields,
  read(reading, value) {
    const { key, value: held, keyStrindex } = keyFields.read(reading, value);
    return keyStrindex === 0 ? { key, value: held } : { key, value: held, keyStrindex };
  },
  write: (pair) => keyFields.write({ keyStrindex: 0, ...pair }),
};

export const attributes: Codec<readonly KeyValue[]> = list(keyValue);

const entityRef = message<EntityRef>({
  schemaUrl: field(text),
  type: field(text),
  idKeys: field(list(text)),
  descriptionKeys: field(list(text)),
});

export const resource: Codec<Resource | undefined> = optional(
  message<Resource>({
    attributes: field(attributes),
    droppedAttributesCount: field(uint32),
    entityRefs: field(list(entityRef)),
  }),
);

export const scope: Codec<Scope | undefined> = optional(
  message<Scope>({
    name: field(text),
    version: field(text),
    attributes: field(attributes),
    droppedAttributesCount: field(uint32),
  }),
);
