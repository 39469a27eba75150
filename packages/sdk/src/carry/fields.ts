import { carrierFields, type CarrierText } from "@throughline/core";

interface FieldsByName {
  get(name: string): unknown;
}

/** From a `Headers`, a `Map`, Node's headers, gRPC metadata's map, a message's attributes. What is no text is not there. */
export function textFields(fields: unknown): CarrierText {
  return {
    traceparent: textField(fields, carrierFields.traceparent),
    tracestate: textField(fields, carrierFields.tracestate),
    baggage: textField(fields, carrierFields.baggage),
  };
}

export function textField(fields: unknown, name: string): string | undefined {
  if (typeof fields !== "object" || fields === null) return undefined;
  return text(hasGet(fields) ? fields.get(name) : named(fields, name));
}

/** Header names come in any case where nobody has normalised them. */
function named(fields: object, name: string): unknown {
  if (Object.hasOwn(fields, name)) return Reflect.get(fields, name);
  const key = Object.keys(fields).find((other) => other.toLowerCase() === name);
  return key === undefined ? undefined : Reflect.get(fields, key);
}

function text(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  // Several headers of one name; Kafka and AMQP clients hand out bytes.
  if (value instanceof Uint8Array) return new TextDecoder().decode(value);
  if (!Array.isArray(value)) return undefined;
  const lines = value.flatMap((line) => text(line) ?? []);
  return lines.length === 0 ? undefined : lines.join(",");
}

function hasGet(fields: object): fields is FieldsByName {
  return "get" in fields && typeof fields.get === "function";
}
