import type {
  Exemplar,
  NumberDataPoint,
  SummaryDataPoint,
  ValueAtQuantile,
} from "../metrics-model.ts";
import type { ProtoReader } from "../wire/reader.ts";
import { type Filling, readId, readKeyValue } from "./common.ts";

export function readNumberPoint(r: ProtoReader): NumberDataPoint {
  const point: Filling<NumberDataPoint> = {
    attributes: [],
    startTimeUnixNano: 0n,
    timeUnixNano: 0n,
    value: undefined,
    exemplars: [],
    flags: 0,
  };
  const outer = r.enter();
  while (r.more()) {
    const tag = r.tag();
    if (tag === 0x11) point.startTimeUnixNano = r.nanos();
    else if (tag === 0x19) point.timeUnixNano = r.nanos();
    else if (tag === 0x21) point.value = { asDouble: r.double() };
    else if (tag === 0x2a) point.exemplars.push(readExemplar(r));
    else if (tag === 0x31) point.value = { asInt: r.sfixed64() };
    else if (tag === 0x3a) point.attributes.push(readKeyValue(r));
    else if (tag === 0x40) point.flags = r.uint32();
    else r.skip(tag);
  }
  r.leave(outer);
  return point;
}

export function readSummaryPoint(r: ProtoReader): SummaryDataPoint {
  const point: Filling<SummaryDataPoint> = {
    attributes: [],
    startTimeUnixNano: 0n,
    timeUnixNano: 0n,
    count: 0,
    sum: 0,
    quantileValues: [],
    flags: 0,
  };
  const outer = r.enter();
  while (r.more()) {
    const tag = r.tag();
    if (tag === 0x11) point.startTimeUnixNano = r.nanos();
    else if (tag === 0x19) point.timeUnixNano = r.nanos();
    else if (tag === 0x21) point.count = r.fixed64();
    else if (tag === 0x29) point.sum = r.double();
    else if (tag === 0x32) point.quantileValues.push(readQuantile(r));
    else if (tag === 0x3a) point.attributes.push(readKeyValue(r));
    else if (tag === 0x40) point.flags = r.uint32();
    else r.skip(tag);
  }
  r.leave(outer);
  return point;
}

function readQuantile(r: ProtoReader): ValueAtQuantile {
  let quantile = 0;
  let value = 0;
  const outer = r.enter();
  while (r.more()) {
    const tag = r.tag();
    if (tag === 0x09) quantile = r.double();
    else if (tag === 0x11) value = r.double();
    else r.skip(tag);
  }
  r.leave(outer);
  return { quantile, value };
}

export function readExemplar(r: ProtoReader): Exemplar {
  const exemplar: Filling<Exemplar> = {
    filteredAttributes: [],
    timeUnixNano: 0n,
    value: undefined,
    spanId: "",
    traceId: "",
  };
  const outer = r.enter();
  while (r.more()) {
    const tag = r.tag();
    if (tag === 0x11) exemplar.timeUnixNano = r.nanos();
    else if (tag === 0x19) exemplar.value = { asDouble: r.double() };
    else if (tag === 0x22) exemplar.spanId = readId(r);
    else if (tag === 0x2a) exemplar.traceId = readId(r);
    else if (tag === 0x31) exemplar.value = { asInt: r.sfixed64() };
    else if (tag === 0x3a) exemplar.filteredAttributes.push(readKeyValue(r));
    else r.skip(tag);
  }
  r.leave(outer);
  return exemplar;
}
