/**
 * Just enough of Prometheus: counters, gauges and histograms with fixed label values, printed as text (format 0.0.4).
 * Labels come from our own lists, never from requests, so the number of series is bounded by the code.
 */
export interface Counter {
  add(amount: number, ...labels: readonly string[]): void;
}

export interface Histogram {
  observe(value: number): void;
}

export interface Registry {
  counter(name: string, help: string, labels?: readonly string[]): Counter;
  /** A value that is read when asked for; `counter` when it only ever grows. */
  gauge(name: string, help: string, read: () => number, type?: "gauge" | "counter"): void;
  histogram(name: string, help: string, bounds: readonly number[]): Histogram;
  print(): string;
}

export function createRegistry(): Registry {
  const families: (() => string[])[] = [];
  const family = (name: string, help: string, type: string, lines: () => string[]) =>
    families.push(() => [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...lines()]);

  return {
    counter(name, help, labels = []) {
      const values = new Map<string, number>();
      if (labels.length === 0) values.set("", 0);
      family(name, help, "counter", () => [...values].map(([key, n]) => `${name}${key} ${n}`));
      return {
        add(amount, ...given) {
          const key = seriesKey(labels, given);
          values.set(key, (values.get(key) ?? 0) + amount);
        },
      };
    },
    gauge(name, help, read, type = "gauge") {
      family(name, help, type, () => [`${name} ${read()}`]);
    },
    histogram(name, help, bounds) {
      const counts = bounds.map(() => 0);
      let total = 0;
      let sum = 0;
      family(name, help, "histogram", () => [
        ...bounds.map((bound, index) => `${name}_bucket{le="${bound}"} ${counts[index]}`),
        `${name}_bucket{le="+Inf"} ${total}`,
        `${name}_sum ${sum}`,
        `${name}_count ${total}`,
      ]);
      return {
        observe(value) {
          total++;
          sum += value;
          for (const [index, bound] of bounds.entries()) {
            if (value <= bound) counts[index] = (counts[index] ?? 0) + 1;
          }
        },
      };
    },
    print: () => `${families.flatMap((lines) => lines()).join("\n")}\n`,
  };
}

function seriesKey(labels: readonly string[], values: readonly string[]): string {
  if (labels.length === 0) return "";
  return `{${labels.map((label, index) => `${label}="${values[index] ?? ""}"`).join(",")}}`;
}
