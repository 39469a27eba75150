import type {
  Buckets,
  Exemplar,
  ExponentialHistogramDataPoint,
  HistogramDataPoint,
  Integer,
  NumberDataPoint,
  NumberValue,
  SummaryDataPoint,
  ValueAtQuantile,
} from "../metrics-model.ts";
import type { ByteWriter } from "../wire/writer.ts";
import { idField, messageField, messages, nanosField, uintField, writeKeyValue } from "./common.ts";

/** Presence counts: zero is written. */
function optionalDouble(w: ByteWriter, tag: number, value: number | undefined): void {
  if (value === undefined) return;
  w.byte(tag);
  w.double(value);
}

/** Zero is the default and left out; minus zero is another number. */
function doubleField(w: ByteWriter, tag: number, value: number): void {
  if (!Object.is(value, 0)) optionalDouble(w, tag, value);
}

function fixed64Field(w: ByteWriter, tag: number, value: Integer): void {
  if (value === 0 || value === 0n) return;
  w.byte(tag);
  w.fixed64(value);
}

function sint32Field(w: ByteWriter, tag: number, value: number): void {
  uintField(w, tag, (value << 1) ^ (value >> 31));
}

function packed<T>(
  w: ByteWriter,
  tag: number,
  values: readonly T[],
  write: (value: T) => void,
): void {
  if (values.length === 0) return;
  w.byte(tag);
  const mark = w.open();
  for (const value of values) write(value);
  w.close(mark);
}

function valueField(
  w: ByteWriter,
  doubleTag: number,
  intTag: number,
  value: NumberValue | undefined,
): void {
  if (value === undefined) return;
  if ("asDouble" in value) optionalDouble(w, doubleTag, value.asDouble);
  else {
    w.byte(intTag);
    w.fixed64(value.asInt);
  }
}

export function writeNumberPoint(w: ByteWriter, point: NumberDataPoint): void {
  nanosField(w, 0x11, point.startTimeUnixNano);
  nanosField(w, 0x19, point.timeUnixNano);
  valueField(w, 0x21, 0x31, point.value);
  messages(w, 0x2a, point.exemplars, writeExemplar);
  messages(w, 0x3a, point.attributes, writeKeyValue);
  uintField(w, 0x40, point.flags);
}

export function writeHistogramPoint(w: ByteWriter, point: HistogramDataPoint): void {
  nanosField(w, 0x11, point.startTimeUnixNano);
  nanosField(w, 0x19, point.timeUnixNano);
  fixed64Field(w, 0x21, point.count);
  optionalDouble(w, 0x29, point.sum);
  packed(w, 0x32, point.bucketCounts, (count) => w.fixed64(count));
  packed(w, 0x3a, point.explicitBounds, (bound) => w.double(bound));
  messages(w, 0x42, point.exemplars, writeExemplar);
  messages(w, 0x4a, point.attributes, writeKeyValue);
  uintField(w, 0x50, point.flags);
  optionalDouble(w, 0x59, point.min);
  optionalDouble(w, 0x61, point.max);
}

export function writeExponentialPoint(w: ByteWriter, point: ExponentialHistogramDataPoint): void {
  messages(w, 0x0a, point.attributes, writeKeyValue);
  nanosField(w, 0x11, point.startTimeUnixNano);
  nanosField(w, 0x19, point.timeUnixNano);
  fixed64Field(w, 0x21, point.count);
  optionalDouble(w, 0x29, point.sum);
  sint32Field(w, 0x30, point.scale);
  fixed64Field(w, 0x39, point.zeroCount);
  if (point.positive !== undefined) messageField(w, 0x42, point.positive, writeBuckets);
  if (point.negative !== undefined) messageField(w, 0x4a, point.negative, writeBuckets);
  uintField(w, 0x50, point.flags);
  messages(w, 0x5a, point.exemplars, writeExemplar);
  optionalDouble(w, 0x61, point.min);
  optionalDouble(w, 0x69, point.max);
  doubleField(w, 0x71, point.zeroThreshold);
}

function writeBuckets(w: ByteWriter, buckets: Buckets): void {
  sint32Field(w, 0x08, buckets.offset);
  packed(w, 0x12, buckets.bucketCounts, (count) => w.integer(count));
}

export function writeSummaryPoint(w: ByteWriter, point: SummaryDataPoint): void {
  nanosField(w, 0x11, point.startTimeUnixNano);
  nanosField(w, 0x19, point.timeUnixNano);
  fixed64Field(w, 0x21, point.count);
  doubleField(w, 0x29, point.sum);
  messages(w, 0x32, point.quantileValues, writeQuantile);
  messages(w, 0x3a, point.attributes, writeKeyValue);
  uintField(w, 0x40, point.flags);
}

function writeQuantile(w: ByteWriter, { quantile, value }: ValueAtQuantile): void {
  doubleField(w, 0x09, quantile);
  doubleField(w, 0x11, value);
}

function writeExemplar(w: ByteWriter, exemplar: Exemplar): void {
  nanosField(w, 0x11, exemplar.timeUnixNano);
  valueField(w, 0x19, 0x31, exemplar.value);
  idField(w, 0x22, exemplar.spanId);
  idField(w, 0x2a, exemplar.traceId);
  messages(w, 0x3a, exemplar.filteredAttributes, writeKeyValue);
}
