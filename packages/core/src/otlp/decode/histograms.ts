import type {
  Buckets,
  ExponentialHistogramDataPoint,
  HistogramDataPoint,
  Integer,
} from "../metrics-model.ts";
import type { ProtoReader } from "../wire/reader.ts";
import { type Filling, readKeyValue } from "./common.ts";
import { readExemplar } from "./points.ts";

export function readHistogramPoint(r: ProtoReader): HistogramDataPoint {
  const point: Filling<HistogramDataPoint> = {
    attributes: [],
    startTimeUnixNano: 0n,
    timeUnixNano: 0n,
    count: 0,
    sum: undefined,
    bucketCounts: [],
    explicitBounds: [],
    exemplars: [],
    flags: 0,
    min: undefined,
    max: undefined,
  };
  const outer = r.enter();
  while (r.more()) {
    const tag = r.tag();
    switch (tag) {
      case 0x11:
        point.startTimeUnixNano = r.nanos();
        break;
      case 0x19:
        point.timeUnixNano = r.nanos();
        break;
      case 0x21:
        point.count = r.fixed64();
        break;
      case 0x29:
        point.sum = r.double();
        break;
      case 0x31:
        point.bucketCounts.push(r.fixed64());
        break;
      case 0x32:
        readPacked(r, point.bucketCounts, nextFixed64);
        break;
      case 0x39:
        point.explicitBounds.push(r.double());
        break;
      case 0x3a:
        readPacked(r, point.explicitBounds, nextDouble);
        break;
      case 0x42:
        point.exemplars.push(readExemplar(r));
        break;
      case 0x4a:
        point.attributes.push(readKeyValue(r));
        break;
      case 0x50:
        point.flags = r.uint32();
        break;
      case 0x59:
        point.min = r.double();
        break;
      case 0x61:
        point.max = r.double();
        break;
      default:
        r.skip(tag);
    }
  }
  r.leave(outer);
  return point;
}

export function readExponentialPoint(r: ProtoReader): ExponentialHistogramDataPoint {
  let positive: Filling<Buckets> | undefined;
  let negative: Filling<Buckets> | undefined;
  const point: Filling<ExponentialHistogramDataPoint> = {
    attributes: [],
    startTimeUnixNano: 0n,
    timeUnixNano: 0n,
    count: 0,
    sum: undefined,
    scale: 0,
    zeroCount: 0,
    positive: undefined,
    negative: undefined,
    flags: 0,
    exemplars: [],
    min: undefined,
    max: undefined,
    zeroThreshold: 0,
  };
  const outer = r.enter();
  while (r.more()) {
    const tag = r.tag();
    switch (tag) {
      case 0x0a:
        point.attributes.push(readKeyValue(r));
        break;
      case 0x11:
        point.startTimeUnixNano = r.nanos();
        break;
      case 0x19:
        point.timeUnixNano = r.nanos();
        break;
      case 0x21:
        point.count = r.fixed64();
        break;
      case 0x29:
        point.sum = r.double();
        break;
      case 0x30:
        point.scale = r.sint32();
        break;
      case 0x39:
        point.zeroCount = r.fixed64();
        break;
      case 0x42:
        readBuckets(r, (positive ??= { offset: 0, bucketCounts: [] }));
        break;
      case 0x4a:
        readBuckets(r, (negative ??= { offset: 0, bucketCounts: [] }));
        break;
      case 0x50:
        point.flags = r.uint32();
        break;
      case 0x5a:
        point.exemplars.push(readExemplar(r));
        break;
      case 0x61:
        point.min = r.double();
        break;
      case 0x69:
        point.max = r.double();
        break;
      case 0x71:
        point.zeroThreshold = r.double();
        break;
      default:
        r.skip(tag);
    }
  }
  r.leave(outer);
  point.positive = positive;
  point.negative = negative;
  return point;
}

function readBuckets(r: ProtoReader, into: Filling<Buckets>): void {
  const outer = r.enter();
  while (r.more()) {
    const tag = r.tag();
    if (tag === 0x08) into.offset = r.sint32();
    else if (tag === 0x10) into.bucketCounts.push(r.uint64());
    else if (tag === 0x12) readPacked(r, into.bucketCounts, nextUint64);
    else r.skip(tag);
  }
  r.leave(outer);
}

function readPacked<T>(r: ProtoReader, into: T[], next: (r: ProtoReader) => T): void {
  const outer = r.enter();
  while (r.more()) into.push(next(r));
  r.leave(outer);
}

const nextFixed64 = (r: ProtoReader): Integer => r.fixed64();
const nextUint64 = (r: ProtoReader): Integer => r.uint64();
const nextDouble = (r: ProtoReader): number => r.double();
