import type { Metric, MetricsRequest } from "../metrics-model.ts";
import { ByteWriter } from "../wire/writer.ts";
import {
  encoded,
  intField,
  messageField,
  messages,
  textField,
  writeGroup,
  writeKeyValue,
} from "./common.ts";
import {
  writeExponentialPoint,
  writeHistogramPoint,
  writeNumberPoint,
  writeSummaryPoint,
} from "./points.ts";

export function encodeMetrics(request: MetricsRequest): Uint8Array {
  const w = new ByteWriter();
  for (const group of request.resourceMetrics) {
    writeGroup(w, group, group.scopeMetrics, (scope) => scope.metrics, writeMetric);
  }
  return w.take();
}

export function encodeMetric(metric: Metric): Uint8Array {
  return encoded(writeMetric, metric);
}

function writeMetric(w: ByteWriter, metric: Metric): void {
  textField(w, 0x0a, metric.name);
  textField(w, 0x12, metric.description);
  textField(w, 0x1a, metric.unit);
  const { data } = metric;
  if (data === undefined) {
    // A kind of metric that is newer than this model was skipped on reading.
  } else if ("gauge" in data) {
    messageField(w, 0x2a, data.gauge, (_, gauge) =>
      messages(w, 0x0a, gauge.dataPoints, writeNumberPoint),
    );
  } else if ("sum" in data) {
    messageField(w, 0x3a, data.sum, (_, sum) => {
      messages(w, 0x0a, sum.dataPoints, writeNumberPoint);
      intField(w, 0x10, sum.aggregationTemporality);
      intField(w, 0x18, sum.isMonotonic ? 1 : 0);
    });
  } else if ("histogram" in data) {
    messageField(w, 0x4a, data.histogram, (_, histogram) => {
      messages(w, 0x0a, histogram.dataPoints, writeHistogramPoint);
      intField(w, 0x10, histogram.aggregationTemporality);
    });
  } else if ("exponentialHistogram" in data) {
    messageField(w, 0x52, data.exponentialHistogram, (_, histogram) => {
      messages(w, 0x0a, histogram.dataPoints, writeExponentialPoint);
      intField(w, 0x10, histogram.aggregationTemporality);
    });
  } else {
    messageField(w, 0x5a, data.summary, (_, summary) =>
      messages(w, 0x0a, summary.dataPoints, writeSummaryPoint),
    );
  }
  messages(w, 0x62, metric.metadata, writeKeyValue);
}
