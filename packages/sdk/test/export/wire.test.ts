import {
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Context,
  type Link,
} from "@opentelemetry/api";
import { ProtobufTraceSerializer } from "@opentelemetry/otlp-transformer";
import { detectResources } from "@opentelemetry/resources";
import {
  InMemorySpanExporter,
  SimpleSpanProcessor,
  type SpanProcessor,
} from "@opentelemetry/sdk-trace";
import { health } from "@throughline/sdk";
import { decodeTraces, type ResourceSpans } from "@throughline/core/otlp";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { attributesOf, Collector, plain } from "./collector.ts";
import { emitter } from "./emitter.ts";

let collector: Collector;
beforeEach(async () => {
  collector = await Collector.start();
});
afterEach(() => collector.stop());

describe("what arrives", () => {
  test("is what the official exporter would have sent, but for what we add to the resource", async () => {
    const memory = new InMemorySpanExporter();
    await using host = emitter({
      endpoint: collector.endpoint,
      processors: [new SimpleSpanProcessor({ exporter: memory })],
    });
    const link: Link = {
      context: {
        traceId: "0af7651916cd43dd8448eb211c80319c",
        spanId: "b7ad6b7169203331",
        traceFlags: 1,
      },
      attributes: { why: "ingress" },
    };
    const parent = host.tracer.startSpan("parent", { kind: SpanKind.SERVER, links: [link] });
    const child = host.tracer.startSpan(
      "ünïcode 😀",
      {
        attributes: {
          text: "é".repeat(300),
          yes: true,
          int: 7,
          double: 0.5,
          list: ["a", "b"],
          lone: "\ud800",
        },
      },
      trace.setSpan(ROOT_CONTEXT, parent),
    );
    child.addEvent("event", { n: 1 });
    child.setStatus({ code: SpanStatusCode.ERROR, message: "broken" });
    child.end();
    parent.end();
    await host.delivery.flush();

    const official = decodeTraces(
      ProtobufTraceSerializer.serializeRequest(memory.getFinishedSpans())!,
    );
    const [ours] = collector.accepted;
    expect(ours?.traces?.resourceSpans.map(withoutResource)).toEqual(
      official.resourceSpans.map(withoutResource),
    );
    expect(attributesOf(ours!.traces!.resourceSpans[0]!.resource!)).toMatchObject({
      "service.name": "test",
      "throughline.content.capture": "off",
      "service.instance.id": expect.any(String),
    });
  });

  test("is grouped by resource and scope", async () => {
    await using host = emitter({ endpoint: collector.endpoint });
    for (const name of ["a", "b", "a"]) host.tracers.getTracer(name).startSpan(name).end();
    await host.delivery.flush();
    const scopes = collector.accepted[0]?.traces?.resourceSpans[0]?.scopeSpans;
    expect(scopes?.map(({ scope, spans }) => [scope?.name, spans.length])).toEqual([
      ["a", 2],
      ["b", 1],
    ]);
  });

  test("holds what processors before us write while a span is ending", async () => {
    const late = processor({ onEnding: (span) => void span.setAttribute("late", true) });
    await using host = emitter({ endpoint: collector.endpoint, processors: [late] });
    host.tracer.startSpan("span").end();
    await host.delivery.flush();
    expect(attributesOf(collector.spans[0]!)).toEqual({ late: true });
  });

  test("waits for attributes of the resource that are found out late", async () => {
    let found: (region: string) => void = () => {};
    const region = new Promise<string>((resolve) => (found = resolve));
    const cloud = { detect: () => ({ attributes: { "cloud.region": region } }) };
    const late = detectResources({ detectors: [cloud] });
    await using host = emitter({ endpoint: collector.endpoint, resource: late });
    host.tracer.startSpan("span").end();
    const flushed = host.delivery.flush();
    expect(collector.requests).toEqual([]);
    found("eu-north-1");
    await flushed;
    const [request] = collector.accepted;
    expect(attributesOf(request!.traces!.resourceSpans[0]!.resource!)).toMatchObject({
      "cloud.region": "eu-north-1",
    });
  });
});

describe("the last check", () => {
  test("puts back the session of spans and logs that another processor relabelled", async () => {
    const thief = processor({ onEnding: (span) => void span.setAttribute("session.id", "theirs") });
    await using host = emitter({ endpoint: collector.endpoint, processors: [thief] });
    const before = health().restoredIds;
    host.tracer.startSpan("span", {}, inSession("ours")).end();
    host.tracer.startSpan("outside of sessions").end();
    await host.delivery.flush();
    expect(collector.spans.map((span) => attributesOf(span)["session.id"])).toEqual([
      "ours",
      "theirs",
    ]);
    expect(health().restoredIds).toBe(before + 1);
  });
});

describe("what does not leave", () => {
  test("spans that the sampler left out", async () => {
    const recordsAll = { shouldSample: () => ({ decision: 1 }), toString: () => "records all" };
    await using host = emitter({ endpoint: collector.endpoint, sampler: recordsAll });
    host.tracer.startSpan("recorded, not sampled").end();
    await host.delivery.flush();
    expect(collector.requests).toEqual([]);
    expect(host.delivery.health().unsampled).toEqual({ traces: 1, logs: 0 });
  });

  test("logs of a session that is not sampled; logs of none go out", async () => {
    await using host = emitter({ endpoint: collector.endpoint });
    const unsampled = {
      traceId: "0".repeat(31) + "1",
      spanId: "0".repeat(15) + "1",
      traceFlags: 0,
    };
    const outside = trace.setSpanContext(ROOT_CONTEXT, unsampled);
    host.logger.emit({ body: "of a session", context: inSession("left-out", outside) });
    host.logger.emit({ body: "of none", context: outside });
    await host.delivery.flush();
    expect(collector.logs.map(({ body }) => plain(body))).toEqual(["of none"]);
    expect(host.delivery.health().unsampled).toEqual({ traces: 0, logs: 1 });
  });

  test("a record whose attributes can't be read costs itself alone", async () => {
    await using host = emitter({ endpoint: collector.endpoint });
    host.logger.emit({
      body: {
        get trap(): string {
          throw new Error("gotcha");
        },
      },
    });
    host.logger.emit({ body: "fine" });
    await host.delivery.flush();
    expect(collector.logs.map(({ body }) => plain(body))).toEqual(["fine"]);
    expect(host.delivery.health().dropped.unencodable).toEqual({ traces: 0, logs: 1 });
  });

  test("a single record larger than a request may be; the ones around it do", async () => {
    await using host = emitter({ endpoint: collector.endpoint, maxValueBytes: 10_000_000 });
    host.tracer.startSpan("before").end();
    host.tracer.startSpan("giant", { attributes: { text: "x".repeat(5_000_000) } }).end();
    host.tracer.startSpan("large", { attributes: { text: "x".repeat(3_999_000) } }).end();
    host.tracer.startSpan("after").end();
    await host.delivery.flush();
    expect(collector.spanNames.toSorted()).toEqual(["after", "before", "large"]);
    expect(host.delivery.health().dropped.too_large).toEqual({ traces: 1, logs: 0 });
  });
});

function processor(parts: Partial<SpanProcessor>): SpanProcessor {
  const nothing = async (): Promise<void> => {};
  return { onStart: () => {}, onEnd: () => {}, forceFlush: nothing, shutdown: nothing, ...parts };
}

function inSession(id: string, context: Context = ROOT_CONTEXT): Context {
  return propagation.setBaggage(
    context,
    propagation.createBaggage({ "session.id": { value: id } }),
  );
}

function withoutResource({ scopeSpans, schemaUrl }: ResourceSpans): Partial<ResourceSpans> {
  return { scopeSpans, schemaUrl };
}
