import { SpanStatusCode, trace, type Attributes, type Span } from "@opentelemetry/api";
import type { ReadableSpan, SpanProcessor } from "@opentelemetry/sdk-trace";
import { session } from "@throughline/sdk";
import { start, type StartOptions, type Telemetry } from "@throughline/sdk/start";
import { afterEach, beforeEach, expect, test } from "vitest";

import { attributesOf, Collector } from "../export/collector.ts";

let collector: Collector;
let telemetry: Telemetry | undefined;

beforeEach(async () => {
  collector = await Collector.start();
});
afterEach(async () => {
  await telemetry?.shutdown();
  trace.disable();
  await collector.stop();
});

function begin(options: StartOptions = {}): Telemetry {
  telemetry = start({ endpoint: collector.endpoint, exitWithinMs: 0, ...options });
  return telemetry;
}

/** What one processor sees of every span, in order. */
class Witness implements SpanProcessor {
  readonly seen: string[] = [];
  readonly ended: ReadableSpan[] = [];

  onStart(span: Span & ReadableSpan): void {
    this.seen.push(`start ${span.name}`);
    span.setAttribute("witness", "was here");
  }
  onEnding(span: Span & ReadableSpan): void {
    this.seen.push(`ending ${span.name} ${String(span.ended)}`);
  }
  onEnd(span: ReadableSpan): void {
    this.seen.push(`end ${span.name} ${String(span.ended)}`);
    this.ended.push(span);
  }
  async forceFlush(): Promise<void> {}
  async shutdown(): Promise<void> {}
}

const odd = {
  text: "a",
  list: ["a", "b"],
  nested: { deep: [1, null] },
  bytes: new Uint8Array([1]),
  flag: false,
  "": "no key",
  missing: undefined,
  big: 1n,
  call: () => 1,
  date: new Date(0),
} as unknown as Attributes;

/** Everything an application may do to a span. */
function abuse(span: Span): void {
  span.setAttributes(odd);
  span.setAttribute("text", "b");
  for (let i = 0; i < 200; i++) span.setAttribute(`many.${i}`, i);
  span.setAttribute("text", "over the limit, but not new");
  for (let i = 0; i < 130; i++) span.addEvent(`event ${i}`, { i }, [i, 0]);
  span.addEvent("timed", new Date(1_000));
  const context = { traceId: "1".repeat(32), spanId: "2".repeat(16), traceFlags: 1 };
  for (let i = 0; i < 130; i++) span.addLink({ context, attributes: { i } });
  span.setStatus({ code: SpanStatusCode.ERROR, message: "bad" });
  span.setStatus({ code: SpanStatusCode.UNSET });
  span.updateName("renamed");
  span.end([4_000_000_000, 5]);
  span.end();
  span.setAttribute("late", true).addEvent("late").updateName("late");
}

const shown = (span: ReadableSpan): object => ({
  name: span.name,
  ended: span.ended,
  status: span.status,
  endTime: span.endTime,
  events: span.events.map(({ name, time, attributes }) => ({ name, time, ...attributes })),
  links: span.links.map(({ context, attributes }) => ({ context, attributes })),
  dropped: [span.droppedEventsCount, span.droppedLinksCount],
  text: span.attributes["text"],
  odd: Object.keys(odd).map((key) => [key, span.attributes[key]]),
  count: Object.keys(span.attributes).length,
  late: span.attributes["late"],
});

test("a step's span does to processors what a span of the SDK does", () => {
  const witness = new Witness();
  begin({ spanProcessors: [witness] });
  const theirs = trace.getTracer("application").startSpan("theirs");
  abuse(theirs);
  const s = session({ id: "s-1" });
  const { span } = s.startAction({ name: "ours" });
  abuse(span!);

  const [official, , own] = witness.ended;
  expect(shown(own!)).toEqual(shown(official!));
  expect(own!.duration[0]).toBeGreaterThan(0);
  expect(witness.seen).toEqual([
    "start theirs",
    "ending renamed false",
    "end renamed true",
    "start session",
    "ending session false",
    "end session true",
    "start action ours",
    "ending renamed false",
    "end renamed true",
  ]);
});

test("attributes that an application gave a step are its own, and only what OTLP has a form for", async () => {
  const { flush } = begin();
  const list = ["a"];
  const attributes = { ...odd, list };
  session({ id: "s-1" }, (s) => s.action({ name: "x", attributes }, () => list.push("later")));
  await flush();
  const action = collector.spans.find(({ name }) => name === "action x");
  expect(Object.keys(attributesOf(action!))).not.toEqual(
    expect.arrayContaining(["big", "call", "date", "missing", ""]),
  );
  expect(attributesOf(action!)).toMatchObject({ text: "a", flag: false, "session.id": "s-1" });
  expect(attributesOf(action!)["list"]).toEqual({ values: [{ stringValue: "a" }] });
  expect(action!.droppedAttributesCount).toBe(4);
});

test("an end before the start is the start", () => {
  const witness = new Witness();
  begin({ spanProcessors: [witness] });
  session({ id: "s-1" }).startAction({ name: "x" }).span!.end([1, 0]);
  const span = witness.ended.find(({ name }) => name === "action x")!;
  expect(span.endTime).toEqual(span.startTime);
  expect(span.duration).toEqual([0, 0]);
});
