import type { LogqlMetricsPlan, LogqlMetricsResult, Series } from "@throughline/query/logql";

type Sample = readonly [seconds: number, value: string];

/** One series after the other, each made when it is asked for. */
export function* matrixJson(
  { scalar, series }: LogqlMetricsResult,
  { count, firstNs, stepNs }: LogqlMetricsPlan["steps"],
): Generator<object> {
  const at = (step: number): number => secondsOf(firstNs + BigInt(step) * stepNs);
  if (scalar !== undefined) {
    const values = Array.from({ length: count }, (_none, step) => [at(step), numberText(scalar)]);
    yield { metric: {}, values };
    return;
  }
  for (const { labels, present, values } of series) {
    const samples: Sample[] = [];
    for (const [step, value] of values.entries())
      if (present[step] === 1) samples.push([at(step), numberText(value)]);
    yield { metric: metricJson(labels), values: samples };
  }
}

export function vectorJson(series: readonly Series[], timeNs: bigint): object[] {
  return series.flatMap(({ labels, present, values: [value = Number.NaN] }) =>
    present[0] === 1
      ? [{ metric: metricJson(labels), value: [secondsOf(timeNs), numberText(value)] }]
      : [],
  );
}

export function scalarJson(value: number, timeNs: bigint): Sample {
  return [secondsOf(timeNs), numberText(value)];
}

function metricJson(labels: Series["labels"]): object {
  const metric = Object.create(null) as Record<string, string>;
  for (const [name, value] of labels) metric[name] = value;
  return metric;
}

/** To the millisecond. */
export function secondsOf(ns: bigint): number {
  return Number(ns / 1_000_000n) / 1_000;
}

/** As Prometheus writes numbers: all digits, never with an exponent. */
export function numberText(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "+Inf" : "-Inf";
  const text = String(value);
  const [digits = "", power] = text.split("e");
  if (power === undefined) return text;
  const [whole = "", fraction = ""] = digits.replace("-", "").split(".");
  const shift = Number(power);
  const moved =
    shift > 0
      ? `${whole}${fraction.padEnd(shift, "0")}`
      : `0.${"0".repeat(-shift - 1)}${whole}${fraction}`;
  return value < 0 ? `-${moved}` : moved;
}
