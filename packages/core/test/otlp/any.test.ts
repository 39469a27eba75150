import { readdirSync, readFileSync } from "node:fs";
import {
  decodeAny,
  encodeLogs,
  encodeMetrics,
  encodeTraces,
  logsFromJson,
  metricsFromJson,
  tracesFromJson,
} from "@throughline/core/otlp";
import { expect, test } from "vitest";

const agents = new URL("../../../../test/fixtures/agents/", import.meta.url);
const signals = {
  traces: (text: string) => encodeTraces(tracesFromJson(text)),
  logs: (text: string) => encodeLogs(logsFromJson(text)),
  metrics: (text: string) => encodeMetrics(metricsFromJson(text)),
};

test.each(Object.entries(signals))("requests of recorded agents are %s", (signal, encode) => {
  let requests = 0;
  for (const agent of readdirSync(agents)) {
    const file = new URL(`${agent}/${signal}.jsonl`, agents);
    let text = "";
    try {
      text = readFileSync(file, "utf8");
    } catch {
      continue;
    }
    for (const line of text.split("\n").filter((each) => each !== "")) {
      expect(decodeAny(encode(line)).signal).toBe(signal);
      requests++;
    }
  }
  expect(requests).toBeGreaterThan(10);
});

test("a metric whose name is as long as a trace id, and its description as a span id, is no span", () => {
  const metric = { name: "http.server.time", description: "Duration", gauge: { dataPoints: [] } };
  const request = { resourceMetrics: [{ scopeMetrics: [{ metrics: [metric] }] }] };
  expect(decodeAny(encodeMetrics(metricsFromJson(request))).signal).toBe("metrics");
});

test("what is no OTLP is refused", () => {
  expect(() => decodeAny(Buffer.from("no protobuf at all"))).toThrow(/\(byte \d+\)/);
});
