import protobuf from "protobufjs";
import { describe, expect, it } from "vitest";
import {
  encodeByProtobufjs,
  nameOf,
  readByProtobufjs,
  requestTypes,
  signals,
  slotsOf,
} from "./protos.ts";
import { ours } from "./requests.ts";

/** Values that are not the default, so that losing them shows. */
const VALUES: { readonly [type: string]: unknown } = {
  string: "text",
  bool: true,
  double: 1.5,
  bytes: Buffer.from("bytes").toString("base64"),
  int32: -7,
  sint32: -8,
  uint32: 9,
  fixed32: 0x301,
  int64: "-1152921504606846977",
  sfixed64: "-12",
  uint64: "18446744073709551615",
  fixed64: "1780000000123456789",
};
const SIZED: { readonly [name: string]: string } = {
  ".opentelemetry.proto.trace.v1.Span.traceId": Buffer.alloc(16, 1).toString("base64"),
  ".opentelemetry.proto.trace.v1.Span.spanId": Buffer.alloc(8, 2).toString("base64"),
  ".opentelemetry.proto.trace.v1.Span.parentSpanId": Buffer.alloc(8, 3).toString("base64"),
};

/** A message with every field set; of each oneof the alternative that `turn` says. */
function fullMessage(
  type: protobuf.Type,
  turn: number,
  used: Set<string>,
  within: readonly protobuf.Type[] = [],
): { [name: string]: unknown } {
  const times = (type: protobuf.Type) => within.filter((outer) => outer === type).length;
  // Values hold values; the innermost is text.
  if (type.name === "AnyValue" && times(type) > 2) return { stringValue: "text" };
  const json: { [name: string]: unknown } = {};
  for (const alternatives of slotsOf(type)) {
    const fits = alternatives.filter(
      ({ resolvedType }) => !(resolvedType instanceof protobuf.Type) || times(resolvedType) < 3,
    );
    const field = fits[turn % Math.max(fits.length, 1)];
    if (field === undefined) continue;
    used.add(nameOf(field));
    const type = field.resolvedType;
    const value =
      type instanceof protobuf.Type
        ? fullMessage(type, turn, used, [...within, type])
        : type instanceof protobuf.Enum
          ? 2
          : (SIZED[nameOf(field)] ?? VALUES[field.type]);
    expect(value, `a value for ${nameOf(field)}`).toBeDefined();
    json[field.name] = field.repeated ? [value, value] : value;
  }
  return json;
}

function allFields(type: protobuf.Type, seen = new Map<protobuf.Type, string[]>()): Set<string> {
  if (!seen.has(type)) {
    seen.set(type, type.fieldsArray.map(nameOf));
    for (const { resolvedType } of type.fieldsArray) {
      if (resolvedType instanceof protobuf.Type) allFields(resolvedType, seen);
    }
  }
  return new Set([...seen.values()].flat());
}

describe.each(signals)("every field of the protos: %s", (signal) => {
  const type = requestTypes[signal];
  const used = new Set<string>();
  // The largest oneof is AnyValue's; two more rounds for values inside lists and maps.
  const messages = Array.from({ length: 10 }, (_, turn) => fullMessage(type, turn, used));

  it("is used by these messages", () => {
    expect([...allFields(type)].filter((field) => !used.has(field))).toEqual([]);
  });

  it("survives protobuf > model > protobuf", () => {
    for (const message of messages) {
      const bytes = encodeByProtobufjs(type, message);
      expect(readByProtobufjs(type, ours[signal].again(bytes))).toEqual(
        readByProtobufjs(type, bytes),
      );
    }
  });

  it("survives protobuf > model > JSON > model > protobuf", () => {
    for (const message of messages) {
      const bytes = encodeByProtobufjs(type, message);
      const json = JSON.stringify(ours[signal].toJson(bytes));
      expect(readByProtobufjs(type, ours[signal].fromJson(json))).toEqual(
        readByProtobufjs(type, bytes),
      );
    }
  });
});
