import type { Metric, MetricsRequest } from "../otlp/metrics-model.ts";
import type { KeyValue } from "../otlp/model.ts";

/** The keys of one metric's points or of one log stream's labels: what a backend multiplies its series by. */
export interface Series {
  readonly kind: "metric" | "stream";
  readonly service: string;
  readonly scope: string;
  /** The metric's name; empty for a stream. */
  readonly name: string;
  readonly keys: readonly string[];
}

/** The metrics of an export request. */
export function seriesOf({ resourceMetrics }: MetricsRequest): readonly Series[] {
  return resourceMetrics.flatMap(({ resource, scopeMetrics }) => {
    const service = serviceIn(resource?.attributes ?? []);
    return scopeMetrics.flatMap(({ metrics, scope }) =>
      metrics.map((metric) => ({
        kind: "metric" as const,
        service,
        scope: scope?.name ?? "",
        name: metric.name,
        keys: keysOf(metric),
      })),
    );
  });
}

function serviceIn(attributes: readonly KeyValue[]): string {
  const value = attributes.find(({ key }) => key === "service.name")?.value;
  return value !== undefined && "stringValue" in value ? value.stringValue : "unknown_service";
}

function keysOf({ data }: Metric): readonly string[] {
  if (data === undefined) return [];
  const keys = new Set<string>();
  for (const { dataPoints } of Object.values<{
    readonly dataPoints: readonly { readonly attributes: readonly KeyValue[] }[];
  }>(data))
    for (const { attributes } of dataPoints) for (const { key } of attributes) keys.add(key);
  return [...keys];
}
