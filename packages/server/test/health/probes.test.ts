import { expect, test } from "vitest";

import { backend } from "../support/backend.ts";
import { logsBody, tracesBody } from "../support/requests.ts";

test("health says which run of the server answers", async () => {
  const server = await backend();
  expect(await server.json("/healthz")).toEqual({
    status: "ok",
    instance: server.instance,
    version: "0.0.0-test",
  });
  for (const path of ["/readyz", "/ready"]) {
    const response = await server.get(path);
    expect([response.status, await response.text()]).toEqual([200, "ready\n"]);
  }
});

test("metrics are Prometheus text: every line is a comment or a series with a number", async () => {
  const server = await backend();
  await server.post("/v1/traces", tracesBody({ session: "m", spans: 4 }));
  await server.post("/v1/logs", logsBody({ session: "m", records: 2 }));
  await server.post("/v1/logs", "nonsense", { "content-type": "application/json" });
  const response = await server.get("/metrics");
  expect(response.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
  const lines = (await response.text()).trimEnd().split("\n");
  const series = /^[a-z_]+(\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\})? [\d.e+-]+$/;
  for (const line of lines) expect(line).toMatch(line.startsWith("#") ? /^# (HELP|TYPE) / : series);
  const declared = lines
    .filter((line) => line.startsWith("# TYPE"))
    .map((line) => line.split(" ")[2]);
  expect(new Set(declared).size).toBe(declared.length);
  for (const expected of [
    'throughline_records_accepted_total{signal="traces"} 4',
    'throughline_records_accepted_total{signal="logs"} 2',
    'throughline_refused_requests_total{transport="http",code="bad_data"} 1',
    'throughline_http_requests_total{door="otlp",status="200"} 2',
    "throughline_append_seconds_count 2",
    "throughline_receive_in_flight_bytes 0",
    "throughline_store_commit_requests_total 2",
    "throughline_store_commit_records_sum 6",
    "throughline_store_queue_requests 0",
    "throughline_store_days 1",
    "throughline_store_lookups_waiting 0",
  ]) {
    expect(lines).toContain(expected);
  }
});
