import { limitsOf } from "../limits.ts";
import type {
  ExponentialHistogram,
  Gauge,
  Histogram,
  Metric,
  MetricsRequest,
  Sum,
  Summary,
} from "../metrics-model.ts";
import { ProtoReader } from "../wire/reader.ts";
import { type Filling, readKeyValue } from "./common.ts";
import { readExponentialPoint, readHistogramPoint } from "./histograms.ts";
import { readNumberPoint, readSummaryPoint } from "./points.ts";
import { type DecodeOptions, readRequest } from "./request.ts";

/** An ExportMetricsServiceRequest (or MetricsData, which has the same shape). */
export function decodeMetrics(bytes: Uint8Array, options?: DecodeOptions): MetricsRequest {
  return {
    resourceMetrics: readRequest(bytes, options, readMetric).map(
      ({ resource, scopes, schemaUrl }) => ({
        resource,
        scopeMetrics: scopes.map(({ scope, records, schemaUrl: scopeSchemaUrl }) => ({
          scope,
          metrics: records,
          schemaUrl: scopeSchemaUrl,
        })),
        schemaUrl,
      }),
    ),
  };
}

/** The bytes of one Metric message. */
export function decodeMetric(bytes: Uint8Array, options?: DecodeOptions): Metric {
  return readMetric(new ProtoReader(bytes, limitsOf(options)));
}

interface Fillings {
  gauge: Filling<Gauge>;
  sum: Filling<Sum>;
  histogram: Filling<Histogram>;
  exponentialHistogram: Filling<ExponentialHistogram>;
  summary: Filling<Summary>;
}

type Only<K extends keyof Fillings> = { readonly [name in K]: Fillings[K] } & {
  readonly [name in Exclude<keyof Fillings, K>]?: never;
};

type FillingData = { readonly [K in keyof Fillings]: Only<K> }[keyof Fillings];

function readMetric(r: ProtoReader): Metric {
  let data: FillingData | undefined;
  const metric: Filling<Metric> = {
    name: "",
    description: "",
    unit: "",
    data: undefined,
    metadata: [],
  };
  while (r.more()) {
    const tag = r.tag();
    switch (tag) {
      case 0x0a:
        metric.name = r.text();
        break;
      case 0x12:
        metric.description = r.text();
        break;
      case 0x1a:
        metric.unit = r.text();
        break;
      case 0x2a:
      case 0x3a:
      case 0x4a:
      case 0x52:
      case 0x5a: {
        const outer = r.enter();
        data = readData(r, tag, data);
        r.leave(outer);
        break;
      }
      case 0x62:
        metric.metadata.push(readKeyValue(r));
        break;
      default:
        r.skip(tag);
    }
  }
  metric.data = data;
  return metric;
}

/** Another occurrence of the kind that is already there adds to it; one of another kind takes its place. */
function readData(r: ProtoReader, tag: number, before: FillingData | undefined): FillingData {
  switch (tag) {
    case 0x2a: {
      const gauge = before?.gauge ?? { dataPoints: [] };
      readPoints(r, gauge.dataPoints, readNumberPoint);
      return { gauge };
    }
    case 0x3a: {
      const sum = before?.sum ?? { dataPoints: [], aggregationTemporality: 0, isMonotonic: false };
      readSum(r, sum);
      return { sum };
    }
    case 0x4a: {
      const histogram = before?.histogram ?? { dataPoints: [], aggregationTemporality: 0 };
      readHistogram(r, histogram);
      return { histogram };
    }
    case 0x52: {
      const exponentialHistogram = before?.exponentialHistogram ?? {
        dataPoints: [],
        aggregationTemporality: 0,
      };
      readExponentialHistogram(r, exponentialHistogram);
      return { exponentialHistogram };
    }
    default: {
      const summary = before?.summary ?? { dataPoints: [] };
      readPoints(r, summary.dataPoints, readSummaryPoint);
      return { summary };
    }
  }
}

function readPoints<T>(r: ProtoReader, into: T[], readPoint: (r: ProtoReader) => T): void {
  while (r.more()) {
    const tag = r.tag();
    if (tag === 0x0a) into.push(readPoint(r));
    else r.skip(tag);
  }
}

function readSum(r: ProtoReader, sum: Filling<Sum>): void {
  while (r.more()) {
    const tag = r.tag();
    if (tag === 0x0a) sum.dataPoints.push(readNumberPoint(r));
    else if (tag === 0x10) sum.aggregationTemporality = r.int32();
    else if (tag === 0x18) sum.isMonotonic = r.bool();
    else r.skip(tag);
  }
}

function readHistogram(r: ProtoReader, histogram: Filling<Histogram>): void {
  while (r.more()) {
    const tag = r.tag();
    if (tag === 0x0a) histogram.dataPoints.push(readHistogramPoint(r));
    else if (tag === 0x10) histogram.aggregationTemporality = r.int32();
    else r.skip(tag);
  }
}

function readExponentialHistogram(r: ProtoReader, histogram: Filling<ExponentialHistogram>): void {
  while (r.more()) {
    const tag = r.tag();
    if (tag === 0x0a) histogram.dataPoints.push(readExponentialPoint(r));
    else if (tag === 0x10) histogram.aggregationTemporality = r.int32();
    else r.skip(tag);
  }
}
