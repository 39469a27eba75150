import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import { afterEach, beforeEach, expect, test } from "vitest";

import { genAiMetrics, session, use, type GenAiMetricsOptions } from "@throughline/sdk";

import { host, type Host } from "../support/host.ts";

let app: Host;
let unplug: () => void;
let exporter: InMemoryMetricExporter;
let meterProvider: MeterProvider;
beforeEach(() => {
  app = host();
  exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  meterProvider = new MeterProvider({
    readers: [new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 })],
  });
});
afterEach(async () => {
  unplug();
  await meterProvider.shutdown();
  await app.stop();
});

interface Point {
  readonly attributes: { readonly [key: string]: unknown };
  readonly value: unknown;
}

async function points(): Promise<{ readonly [metric: string]: readonly Point[] }> {
  await meterProvider.forceFlush();
  const all = exporter.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics);
  return Object.fromEntries(
    all.flatMap(({ metrics }) =>
      metrics.map(({ descriptor, dataPoints }) => [
        descriptor.name,
        dataPoints.map(({ attributes, value }) => ({
          attributes,
          value: typeof value === "object" && "sum" in value ? [value.count, value.sum] : value,
        })),
      ]),
    ),
  );
}

function plug(options: GenAiMetricsOptions = {}): void {
  unplug = use(genAiMetrics({ meterProvider, ...options }));
}

const usage = { inputTokens: 800, outputTokens: 90, cacheReadTokens: 300 };

function work(): void {
  session({ id: crypto.randomUUID(), agent: "support" }, (s) =>
    s.turn((turn) => {
      const { signal } = new AbortController();
      turn.llm({ provider: "openai", model: "gpt-5.4", signal }, (call) =>
        call.response({ model: "gpt-5.4-2026", usage }),
      );
      turn.startLlm({ provider: "openai", model: "gpt-5.4" }).fail(new RangeError("too long"));
      turn.tool({ name: "refund", type: "function" }, () => {});
      turn.agent({ name: "researcher" }, (agent) => {
        agent.tool({ name: "search" }, () => {});
      });
    }),
  );
}

const inference = {
  "gen_ai.operation.name": "chat",
  "gen_ai.provider.name": "openai",
  "gen_ai.request.model": "gpt-5.4",
};
const answered = { ...inference, "gen_ai.response.model": "gpt-5.4-2026" };
const failed = { ...inference, "error.type": "RangeError" };

test("inference, tools and agents, under their current names, with no session on them (C02)", async () => {
  plug();
  work();
  const told = await points();
  const modality = { "gen_ai.token.modality": "unknown" };
  expect(told["gen_ai.client.inference.duration"]).toEqual([
    { attributes: answered, value: [1, expect.any(Number)] },
    { attributes: failed, value: [1, expect.any(Number)] },
  ]);
  expect(told["gen_ai.client.inference.usage.input_tokens"]).toEqual([
    { attributes: { ...answered, ...modality }, value: 800 },
    // Failed calls count, with nothing.
    { attributes: { ...failed, ...modality }, value: 0 },
  ]);
  expect(told["gen_ai.client.inference.usage.cache_read.input_tokens"]).toEqual([
    { attributes: { ...answered, ...modality }, value: 300 },
  ]);
  expect(told["gen_ai.client.inference.operation.output_tokens"]).toEqual([
    { attributes: answered, value: [1, 90] },
  ]);
  expect(told["gen_ai.execute_tool.duration"]?.map(({ attributes }) => attributes)).toEqual([
    {
      "gen_ai.tool.name": "refund",
      "gen_ai.tool.type": "function",
      "gen_ai.agent.name": "support",
    },
    { "gen_ai.tool.name": "search", "gen_ai.agent.name": "researcher" },
  ]);
  const agents = (metric: string): unknown =>
    Object.fromEntries(
      (told[metric] ?? []).map(({ attributes, value }) => [attributes["gen_ai.agent.name"], value]),
    );
  expect(agents("gen_ai.invoke_agent.inference_calls")).toEqual({
    researcher: [1, 0],
    support: [1, 2],
  });
  expect(agents("gen_ai.invoke_agent.tool_calls")).toEqual({ researcher: [1, 1], support: [1, 1] });
  expect(JSON.stringify(told)).not.toContain("session.id");
});

test("the duration is the span's", async () => {
  plug();
  work();
  const [point] = (await points())["gen_ai.execute_tool.duration"] ?? [];
  const [seconds, nanoseconds] = app.span("execute_tool refund").duration;
  expect(point?.value).toEqual([1, expect.closeTo(seconds + nanoseconds / 1e9, 6)]);
});

test("names of semantic conventions 1.41, for dashboards that have not moved on", async () => {
  plug({ names: "1.41" });
  work();
  const told = await points();
  expect(told["gen_ai.client.token.usage"]).toEqual([
    { attributes: { ...answered, "gen_ai.token.type": "input" }, value: [1, 800] },
    { attributes: { ...answered, "gen_ai.token.type": "output" }, value: [1, 90] },
  ]);
  expect(told["gen_ai.client.operation.duration"]).toHaveLength(2);
  expect(Object.keys(told).filter((name) => name.includes("client.inference"))).toEqual([]);
});

test("the session's id only for who asks for it", async () => {
  plug({ sessionId: true });
  work();
  const [point] = (await points())["gen_ai.client.inference.duration"] ?? [];
  expect(point?.attributes["session.id"]).toMatch(/^[0-9a-f-]{36}$/);
});

test("a call that a call within it has told of is one call", async () => {
  plug();
  session({ id: crypto.randomUUID(), agent: "a" }, (s) =>
    s.turn((turn) =>
      turn.llm({ provider: "p", model: "outer" }, (outer) =>
        outer.llm({ provider: "p", model: "inner" }, (inner) => inner.response({ usage })),
      ),
    ),
  );
  const told = await points();
  const models = told["gen_ai.client.inference.duration"]?.map(
    ({ attributes }) => attributes["gen_ai.request.model"],
  );
  expect(models).toEqual(["inner"]);
  expect(told["gen_ai.invoke_agent.inference_calls"]?.[0]?.value).toEqual([1, 1]);
});
