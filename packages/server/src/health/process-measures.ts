import type { Counter, Registry } from "./registry.ts";

/** The process itself, under the names that Prometheus dashboards know, and what was answered at which door. */
export function createProcessMeasures(registry: Registry, version: string): Counter {
  registry
    .counter("throughline_build_info", "The version that runs.", ["version"])
    .add(1, version.replaceAll(/[^\w.+-]/g, ""));
  registry.gauge("process_start_time_seconds", "When this process started.", () =>
    Math.round(Date.now() / 1_000 - process.uptime()),
  );
  registry.gauge("process_resident_memory_bytes", "Resident memory.", () =>
    process.memoryUsage.rss(),
  );
  const cpuSeconds = () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  };
  registry.gauge("process_cpu_seconds_total", "CPU time of all threads.", cpuSeconds, "counter");
  return registry.counter("throughline_http_requests_total", "HTTP requests answered, by door.", [
    "door",
    "status",
  ]);
}
