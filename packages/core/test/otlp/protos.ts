/** The official protos, read by protobufjs: the yardstick our codec is compared with. */
import { fileURLToPath } from "node:url";
import * as fc from "fast-check";
import protobuf from "protobufjs";

const FIXTURES = new URL("../../../../test/fixtures/opentelemetry-proto/", import.meta.url);

const root = new protobuf.Root();
root.resolvePath = (_origin, target) => fileURLToPath(new URL(target, FIXTURES));
root.loadSync([
  "opentelemetry/proto/collector/trace/v1/trace_service.proto",
  "opentelemetry/proto/collector/logs/v1/logs_service.proto",
  "opentelemetry/proto/collector/metrics/v1/metrics_service.proto",
]);
root.resolveAll();

export const requestTypes = {
  traces: root.lookupType("opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest"),
  logs: root.lookupType("opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest"),
  metrics: root.lookupType("opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest"),
} as const;

export const recordTypes = {
  traces: root.lookupType("opentelemetry.proto.trace.v1.Span"),
  logs: root.lookupType("opentelemetry.proto.logs.v1.LogRecord"),
  metrics: root.lookupType("opentelemetry.proto.metrics.v1.Metric"),
} as const;

export type Signal = keyof typeof requestTypes;
export const signals: readonly Signal[] = ["traces", "logs", "metrics"];

interface Json {
  [name: string]: unknown;
}

export function encodeByProtobufjs(type: protobuf.Type, json: Json): Uint8Array {
  // A copy: protobufjs hands out Buffers cut from a shared pool.
  return new Uint8Array(type.encode(type.fromObject(json)).finish());
}

/** What the bytes say, defaults filled in, so that "left out" and "at its default" look the same. */
export function readByProtobufjs(type: protobuf.Type, bytes: Uint8Array): Json {
  return type.toObject(type.decode(bytes), {
    longs: String,
    bytes: String,
    defaults: true,
    json: true,
    enums: Number,
  });
}

/** Fields in order of their number, those of a oneof together. */
export function slotsOf(type: protobuf.Type): protobuf.Field[][] {
  const seen = new Set<protobuf.Field>();
  const slots: protobuf.Field[][] = [];
  for (const field of type.fieldsArray) {
    if (seen.has(field)) continue;
    const alternatives = field.partOf?.fieldsArray ?? [field];
    for (const alternative of alternatives) seen.add(alternative);
    slots.push([...alternatives]);
  }
  return slots;
}

export function nameOf(field: protobuf.Field): string {
  return `${field.parent?.fullName ?? ""}.${field.name}`;
}

const id = (size: number): fc.Arbitrary<string> =>
  fc
    .uint8Array({ minLength: size, maxLength: size })
    .map((bytes) =>
      Buffer.from(bytes.some((byte) => byte !== 0) ? bytes : bytes.fill(7)).toString("base64"),
    );

/** Where our codec is stricter than the wire: a span without valid ids is rejected. */
const OF_ITS_OWN: { readonly [name: string]: fc.Arbitrary<unknown> } = {
  ".opentelemetry.proto.trace.v1.Span.traceId": id(16),
  ".opentelemetry.proto.trace.v1.Span.spanId": id(8),
  ".opentelemetry.proto.trace.v1.Span.parentSpanId": fc.oneof(fc.constant(""), id(8)),
};

/** One that is empty reads as one that is absent; OTLP makes no difference, protobufjs does. */
const NEVER_EMPTY = new Set([
  ".opentelemetry.proto.trace.v1.Span.status",
  ".opentelemetry.proto.common.v1.KeyValue.value",
]);

const scalars: { readonly [type: string]: fc.Arbitrary<unknown> } = {
  string: fc.oneof(
    fc.string({ unit: "binary", maxLength: 12 }),
    fc.string({ unit: "binary-ascii", minLength: 20, maxLength: 200 }),
    fc.string({ unit: "grapheme", minLength: 30, maxLength: 60 }),
  ),
  bool: fc.boolean(),
  double: fc.double(),
  bytes: fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes).toString("base64")),
  int32: fc.integer(),
  sint32: fc.integer(),
  uint32: fc.nat(4294967295),
  fixed32: fc.nat(4294967295),
  int64: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String),
  sfixed64: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String),
  uint64: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(String),
  fixed64: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(String),
};

/** Any message of the type, as JSON for protobufjs. */
export function anyMessage(type: protobuf.Type, depth = 0): fc.Arbitrary<Json> {
  const slots = slotsOf(type).map((alternatives) => {
    const choices = alternatives
      .filter((field) => depth < 9 || !(field.resolvedType instanceof protobuf.Type))
      .map((field) => anyField(field, depth).map((value): Json => ({ [field.name]: value })));
    const isNeeded = alternatives.some(
      (field) => nameOf(field) in OF_ITS_OWN || NEVER_EMPTY.has(nameOf(field)),
    );
    if (choices.length === 0) {
      return fc.constant<Json>(isNeeded ? { [alternatives[0]!.name]: {} } : {});
    }
    return isNeeded ? fc.oneof(...choices) : fc.oneof(fc.constant<Json>({}), ...choices);
  });
  return fc.tuple(...slots).map((parts) => Object.assign({}, ...parts) as Json);
}

function anyField(field: protobuf.Field, depth: number): fc.Arbitrary<unknown> {
  const own = OF_ITS_OWN[nameOf(field)];
  if (own !== undefined) return own;
  const single = anySingle(field, depth);
  return field.repeated ? fc.array(single, { maxLength: depth > 4 ? 2 : 3 }) : single;
}

function anySingle(field: protobuf.Field, depth: number): fc.Arbitrary<unknown> {
  const type = field.resolvedType;
  if (type instanceof protobuf.Enum) return fc.constantFrom(...Object.values(type.values));
  if (type instanceof protobuf.Type) {
    const message = anyMessage(type, depth + 1);
    return field.name === "status"
      ? message.map((status) => ({ ...status, message: "never empty" }))
      : message;
  }
  const scalar = scalars[field.type];
  if (scalar === undefined) throw new Error(`No values for ${field.type} ${nameOf(field)}`);
  return scalar;
}
