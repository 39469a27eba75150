import { expect, test, vi } from "vitest";

import { up } from "../e2e/backend/throughline.ts";
import { findingsIn, startOtlpRecorder } from "../support/otlp-recorder.ts";
import { sessionAt, startExample } from "./example.ts";

test("a host with OpenTelemetry of its own: its spans, its exporters, our sessions", async () => {
  const backend = await up();
  await using recorder = await startOtlpRecorder(backend.url);
  const host = await startExample("host-with-otel", { OTEL_EXPORTER_OTLP_ENDPOINT: recorder.url });

  const subjects = ["jackets", "shoes", "hats"];
  await Promise.all(
    subjects.map(async (about) => {
      const report = await fetch(`${host.url}/report?about=${about}`);
      expect(await report.text()).toBe(`${about}: 3 rows, 2 pages about ${about}`);
    }),
  );
  // Nobody's session.
  expect((await fetch(`${host.url}/nowhere`)).status).toBe(404);
  expect(await host.stop()).toBe(0);

  expect(findingsIn(recorder.records)).toEqual([]);
  const spans = recorder.records.filter((record) => record.kind === "span");
  for (const about of subjects) {
    const own = spans.filter(({ attributes }) => attributes["session.id"] === `report-${about}`);
    expect(own.map(({ name }) => name).toSorted((one, other) => (one < other ? -1 : 1))).toEqual([
      "GET /report",
      "GET /search",
      "SELECT reports",
      "action rank",
      "execute_tool search",
      "invoke_agent reporter",
      "session reporter",
    ]);
    const named = (name: string): (typeof own)[number] | undefined =>
      own.find((span) => span.name === name);
    // Across the network, below the tool that asked; the step behind it, below the request.
    expect(named("GET /search")?.parentSpanId).toBe(named("execute_tool search")?.spanId);
    expect(named("action rank")?.parentSpanId).toBe(named("GET /search")?.spanId);
  }
  const strangers = spans.filter(({ attributes }) => attributes["session.id"] === undefined);
  expect(strangers.map(({ name }) => name)).toEqual(["GET /nowhere"]);
  const logs = recorder.records.filter(
    (record) => record.kind === "log" && record.body === "report written",
  );
  expect(logs).toHaveLength(subjects.length);

  await vi.waitFor(async () =>
    expect(await sessionAt(backend.url, "report-hats")).toMatchObject({
      turns: 1,
      tool_calls: 1,
      errors: 0,
    }),
  );
});
