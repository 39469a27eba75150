import { argumentsFingerprint } from "@throughline/core";
import { configure } from "@throughline/sdk";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { attributesOf, Collector, plain } from "../export/collector.ts";
import { emitter, type EmitterOptions } from "../export/emitter.ts";

const secret = ["sk-ant", "-api03-", "a".repeat(40)].join("");
const toolArguments = '{"order":4711}';

let collector: Collector;
beforeEach(async () => {
  collector = await Collector.start();
});
afterEach(async () => {
  configure({ capture: "off" });
  await collector.stop();
});

/** What arrives of one span and one log record that hold everything. */
async function arrives(options: EmitterOptions = {}): Promise<{
  readonly span: Record<string, unknown>;
  readonly event: Record<string, unknown>;
  readonly log: Record<string, unknown>;
  readonly resource: Record<string, unknown>;
}> {
  await using host = emitter({ endpoint: collector.endpoint, ...options });
  const content = {
    "gen_ai.input.messages": '[{"role":"user"}]',
    "gen_ai.tool.call.arguments": toolArguments,
    "gen_ai.prompt.0.content": "older",
    "ai.response.text": "of another SDK",
    "gen_ai.request.model": "gpt-5.4",
  };
  const span = host.tracer.startSpan("span", { attributes: content });
  span.addEvent("event", { "input.value": "in", kept: 1 });
  span.end();
  host.logger.emit({ attributes: content });
  await host.delivery.flush();
  const [traces] = collector.spans;
  const { resourceSpans } = collector.accepted.find(({ traces }) => traces !== undefined)!.traces!;
  return {
    span: attributesOf(traces!),
    event: attributesOf(traces!.events[0]!),
    log: attributesOf(collector.logs[0]!),
    resource: attributesOf(resourceSpans[0]!.resource!),
  };
}

describe("message content", () => {
  const off = {
    "gen_ai.request.model": "gpt-5.4",
    "throughline.tool.arguments.size": toolArguments.length,
    "throughline.tool.arguments.sha256": argumentsFingerprint(toolArguments).sha256,
  };

  test.each([
    ["off", false, false],
    ["span", true, false],
    ["event", false, true],
    ["both", true, true],
  ] as const)("with capture %s: on spans %s, on logs %s", async (capture, onSpans, onLogs) => {
    configure({ capture });
    const { span, event, log, resource } = await arrives();
    expect(resource["throughline.content.capture"]).toBe(capture);
    expect(span).toEqual(
      onSpans ? expect.objectContaining({ "ai.response.text": "of another SDK" }) : off,
    );
    expect(event).toEqual(onSpans ? { "input.value": "in", kept: 1 } : { kept: 1 });
    expect(log).toEqual(
      onLogs ? expect.objectContaining({ "ai.response.text": "of another SDK" }) : off,
    );
  });

  test("in the body of an event stays with capture off", async () => {
    await using host = emitter({ endpoint: collector.endpoint });
    host.logger.emit({ eventName: "gen_ai.user.message", body: { content: "hello" } });
    host.logger.emit({ eventName: "session.start", body: "kept" });
    await host.delivery.flush();
    expect(collector.logs.map(({ body }) => plain(body))).toEqual([undefined, "kept"]);
  });
});

describe("secrets", () => {
  test("are masked wherever they stand in a span", async () => {
    await using host = emitter({ endpoint: collector.endpoint });
    const span = host.tracer.startSpan(`name ${secret}`, {
      attributes: { text: `key: ${secret}`, list: ["fine", secret], number: 7 },
    });
    span.addEvent("exception", { "exception.message": `401 for ${secret}` });
    span.setStatus({ code: 2, message: `failed with ${secret}` });
    span.end();
    await host.delivery.flush();
    const [arrived] = collector.spans;
    expect(
      JSON.stringify(arrived, (_, value: unknown) => (typeof value === "bigint" ? 0 : value)),
    ).not.toContain("sk-ant");
    expect(arrived).toMatchObject({
      name: "name [masked:anthropic]",
      status: { code: 2, message: "failed with [masked:anthropic]" },
    });
    expect(attributesOf(arrived!)).toMatchObject({ text: "key: [masked:anthropic]", number: 7 });
  });

  test("are masked in bodies of logs, however deep", async () => {
    await using host = emitter({ endpoint: collector.endpoint });
    host.logger.emit({ body: { a: [{ b: `Bearer ${secret}` }], c: 1 } });
    host.logger.emit({ body: secret, attributes: { secret } });
    await host.delivery.flush();
    expect(
      JSON.stringify(collector.logs.map(({ body, attributes }) => [body, attributes])),
    ).not.toContain("sk-ant");
    expect(collector.logs).toHaveLength(2);
  });
});

test("long texts are cut with a mark; short ones beside them stay", async () => {
  await using host = emitter({ endpoint: collector.endpoint, maxValueBytes: 1_000 });
  host.tracer.startSpan("span", { attributes: { long: "x".repeat(5_000), short: "y" } }).end();
  await host.delivery.flush();
  const { long, short } = attributesOf(collector.spans[0]!);
  expect(long).toMatch(/^x+ \[cut to \d+ of 5000 bytes\]$/);
  expect(Buffer.byteLength(String(long))).toBeLessThanOrEqual(1_000);
  expect(short).toBe("y");
});

describe("the host's own redactor", () => {
  test("has the last word on every text, after our masks", async () => {
    const seen: string[] = [];
    const redactor = (text: string, key: string): string => {
      seen.push(text);
      return key === "customer" ? "[customer]" : text;
    };
    await using host = emitter({ endpoint: collector.endpoint, redactor });
    host.tracer.startSpan("span", { attributes: { customer: "Ada", key: secret } }).end();
    await host.delivery.flush();
    expect(attributesOf(collector.spans[0]!)).toEqual({
      customer: "[customer]",
      key: "[masked:anthropic]",
    });
    expect(seen).not.toContain(secret);
  });

  test("that throws or answers nonsense masks the text and breaks nothing", async () => {
    const redactor = (text: string): string => {
      if (text === "throw") throw new Error("broken");
      return text === "nonsense" ? (undefined as unknown as string) : text;
    };
    await using host = emitter({ endpoint: collector.endpoint, redactor });
    host.tracer.startSpan("span", { attributes: { a: "throw", b: "nonsense", c: "fine" } }).end();
    await host.delivery.flush();
    expect(attributesOf(collector.spans[0]!)).toEqual({
      a: "[masked:redactor]",
      b: "[masked:redactor]",
      c: "fine",
    });
  });
});
