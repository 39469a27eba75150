import { context, logs, propagation, trace } from "@opentelemetry/api";
import { logs as separateLogs } from "@opentelemetry/api-logs";
import { TracerProvider } from "@opentelemetry/sdk-trace";
import { configure, health, log, session } from "@throughline/sdk";
import { start, type StartOptions, type Telemetry } from "@throughline/sdk/start";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { attributesOf, Collector, plain } from "../export/collector.ts";

let collector: Collector;
let telemetry: Telemetry | undefined;

beforeEach(async () => {
  collector = await Collector.start();
});
afterEach(async () => {
  await telemetry?.shutdown();
  vi.unstubAllEnvs();
  trace.disable();
  await collector.stop();
});

function begin(options: StartOptions = {}): Telemetry {
  telemetry = start({
    endpoint: collector.endpoint,
    service: "support",
    exitWithinMs: 0,
    ...options,
  });
  return telemetry;
}

function resourceOf(collector: Collector): Record<string, unknown> {
  const [request] = collector.accepted;
  const groups = request?.traces?.resourceSpans ?? request?.logs?.resourceLogs ?? [];
  return attributesOf(groups[0]!.resource!);
}

describe("start()", () => {
  test("makes sessions arrive, spans and logs, in their own trace", async () => {
    const { flush } = begin();
    await session({ id: "s-1", agent: "support" }, async (s) => {
      await s.turn({ input: "hello" }, async (turn) => {
        turn.tool({ name: "refund", callId: "c1" }, () => 1);
        log.info("inside");
      });
    });
    await flush();
    const spans = collector.spans;
    expect(spans.map(({ name }) => name).toSorted()).toEqual([
      "execute_tool refund",
      "invoke_agent support",
      "session support",
    ]);
    expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1);
    for (const record of [...spans, ...collector.logs]) {
      expect(attributesOf(record)["session.id"]).toBe("s-1");
    }
    expect(collector.logs.map(({ body }) => plain(body))).toContain("inside");
    expect(resourceOf(collector)).toMatchObject({
      "service.name": "support",
      "throughline.content.capture": "off",
      "telemetry.sdk.name": "opentelemetry",
    });
    expect(telemetry?.health().delivery?.sent.traces).toBe(3);
  });

  test("carries the active session over awaits, and trace context and baggage over the wire", async () => {
    begin();
    await session({ id: "s-2" }, async (s) => {
      await s.turn({}, async () => {
        const span = trace.getActiveSpan()?.spanContext();
        await new Promise((resolve) => setTimeout(resolve));
        const headers: Record<string, string> = {};
        propagation.inject(context.active(), headers);
        expect(headers["traceparent"]).toBe(`00-${span?.traceId}-${span?.spanId}-01`);
      });
    });
    expect(propagation.fields()).toEqual(["traceparent", "tracestate", "baggage"]);
  });

  test("hears both logs APIs: the one in the API and the separate one before it", async () => {
    const { flush } = begin();
    logs.getLogger("new").emit({ body: "through api" });
    separateLogs.getLogger("old").emit({ body: "through api-logs" });
    await flush();
    const bodies = new Set(collector.logs.map(({ body }) => plain(body)));
    expect(bodies).toEqual(new Set(["through api", "through api-logs"]));
  });

  test("twice is once", () => {
    expect(begin()).toBe(start());
  });

  test("after shutdown starts anew", async () => {
    await begin().shutdown();
    expect(health().delivery).toBeUndefined();
    const { flush } = begin();
    trace.getTracer("test").startSpan("second life").end();
    await flush();
    expect(collector.spanNames).toEqual(["second life"]);
  });

  test("changes nothing where a host has set up OpenTelemetry before", async () => {
    const host = new TracerProvider();
    trace.setGlobalTracerProvider(host);
    const { flush } = begin();
    trace.getTracer("test").startSpan("the host's").end();
    await flush();
    expect(collector.requests).toEqual([]);
    expect(health().delivery).toBeUndefined();
  });

  test("has room for processors of the host between ours", async () => {
    const nothing = async (): Promise<void> => {};
    const { flush } = begin({
      spanProcessors: [
        {
          onStart: (span) => void span.setAttribute("seen", String(span.attributes["session.id"])),
          onEnd: () => {},
          forceFlush: nothing,
          shutdown: nothing,
        },
      ],
    });
    session({ id: "s-7", agent: "a" });
    await flush();
    expect(attributesOf(collector.spans[0]!)["seen"]).toBe("s-7");
  });
});

describe("the OTEL_* variables", () => {
  test("OTEL_SDK_DISABLED turns everything off", async () => {
    vi.stubEnv("OTEL_SDK_DISABLED", "true");
    const { flush } = begin();
    session({ id: "s-8" }).turn({}, () => {});
    await flush();
    expect(collector.requests).toEqual([]);
  });

  test("name the service and describe the resource; the program goes before them", async () => {
    vi.stubEnv("OTEL_SERVICE_NAME", "by-environment");
    vi.stubEnv(
      "OTEL_RESOURCE_ATTRIBUTES",
      "deployment.environment.name=test,service.instance.id=i-1",
    );
    telemetry = start({
      endpoint: collector.endpoint,
      exitWithinMs: 0,
      resource: { team: "agents" },
    });
    session({ id: "s-9" });
    await telemetry.flush();
    expect(resourceOf(collector)).toMatchObject({
      "service.name": "by-environment",
      "deployment.environment.name": "test",
      "service.instance.id": "i-1",
      team: "agents",
    });
  });

  test.each([
    ["always_off", undefined, 0],
    ["parentbased_always_off", undefined, 0],
    ["traceidratio", "0", 0],
    ["traceidratio", "1", 20],
    ["no_such_sampler", undefined, 20],
    [undefined, undefined, 20],
  ])("sampler %s with %s lets %i of 20 sessions through", async (sampler, argument, count) => {
    vi.stubEnv("OTEL_TRACES_SAMPLER", sampler);
    vi.stubEnv("OTEL_TRACES_SAMPLER_ARG", argument);
    const { flush } = begin();
    for (let i = 0; i < 20; i++) session({ id: `sampler-${sampler}-${argument}-${i}` });
    await flush();
    expect(collector.spans).toHaveLength(count);
  });

  test("a ratio takes whole sessions, spans and logs alike, and the same ones in every process", async () => {
    vi.stubEnv("OTEL_TRACES_SAMPLER", "parentbased_traceidratio");
    vi.stubEnv("OTEL_TRACES_SAMPLER_ARG", "0.5");
    const { flush } = begin();
    for (let i = 0; i < 100; i++) {
      session({ id: `ratio-${i}` }, (s) => {
        for (let k = 0; k < 3; k++) s.turn({}, () => log.info("said"));
      });
    }
    await flush();
    const counts = new Map<unknown, [spans: number, logs: number]>();
    const count = (record: Parameters<typeof attributesOf>[0], place: 0 | 1): void => {
      const id = attributesOf(record)["session.id"];
      const known = counts.get(id) ?? [0, 0];
      known[place]++;
      counts.set(id, known);
    };
    for (const span of collector.spans) count(span, 0);
    for (const { body, ...record } of collector.logs) if (plain(body) === "said") count(record, 1);
    expect(counts.size).toBeGreaterThan(25);
    expect(counts.size).toBeLessThan(75);
    expect([...counts.values()].filter(([spans, logs]) => spans !== 4 || logs !== 3)).toEqual([]);
  });

  test.each(["TRACES", "LOGS"])("OTEL_%s_EXPORTER=none keeps that signal here", async (signal) => {
    vi.stubEnv(`OTEL_${signal}_EXPORTER`, "none");
    const { flush } = begin();
    session({ id: "s-12" }).turn({}, () => log.info("said"));
    await flush();
    expect(collector.spans.length > 0).toBe(signal !== "TRACES");
    expect(collector.logs.length > 0).toBe(signal !== "LOGS");
  });

  test("OTEL_PROPAGATORS chooses what travels", () => {
    vi.stubEnv("OTEL_PROPAGATORS", "tracecontext,b3");
    begin();
    expect(propagation.fields()).toEqual(["traceparent", "tracestate"]);
  });
});

test("what is decided once about sessions can be said at the start", async () => {
  const { flush } = begin({ sessions: { capture: "span" } });
  session({ id: "s-14" });
  await flush();
  expect(resourceOf(collector)["throughline.content.capture"]).toBe("span");
  configure({ capture: "off" });
});
