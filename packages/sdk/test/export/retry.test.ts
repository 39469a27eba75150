import * as fc from "fast-check";
import { ByteWriter } from "@throughline/core/otlp";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { backOffMs, httpAnswer, retryAfterMs } from "../../src/export/answer.ts";
import { Collector, until } from "./collector.ts";
import { emitter } from "./emitter.ts";

let collector: Collector;
beforeEach(async () => {
  collector = await Collector.start();
});
afterEach(() => collector.stop());

/** Answers the first requests so, and 200 from then on. */
function first(
  ...answers: ({ status: number; headers?: Record<string, string> } | "drop")[]
): void {
  let count = 0;
  collector.answer = () => answers[count++] ?? { status: 200 };
}

describe("a request that fails", () => {
  test.each([429, 502, 503, 504])("with %i is made again", async (status) => {
    first({ status }, { status });
    await using host = emitter({ endpoint: collector.endpoint });
    host.tracer.startSpan("span").end();
    await host.delivery.flush();
    expect(collector.spanNames).toEqual(["span"]);
    expect(host.delivery.health()).toMatchObject({ retries: 2, sent: { traces: 1 } });
  });

  test("because the connection broke is made again", async () => {
    first("drop");
    await using host = emitter({ endpoint: collector.endpoint });
    host.tracer.startSpan("span").end();
    await host.delivery.flush();
    expect(collector.spanNames).toEqual(["span"]);
  });

  test.each([400, 401, 404, 413, 500, 302])("with %i is not", async (status) => {
    first({ status });
    await using host = emitter({ endpoint: collector.endpoint });
    host.tracer.startSpan("span").end();
    await host.delivery.flush();
    expect(collector.requests).toHaveLength(1);
    expect(host.delivery.health()).toMatchObject({
      retries: 0,
      sent: { traces: 0 },
      dropped: { refused: { traces: 1 } },
    });
  });

  test("for a while keeps new records waiting too, one request at a time", async () => {
    let answering = 0;
    let most = 0;
    let away = true;
    collector.answer = async () => {
      most = Math.max(most, ++answering);
      await new Promise((resolve) => setTimeout(resolve, 20));
      answering--;
      return { status: away ? 503 : 200 };
    };
    await using host = emitter({
      endpoint: collector.endpoint,
      env: { OTEL_BSP_SCHEDULE_DELAY: "1" },
    });
    host.tracer.startSpan("first").end();
    await until(() => collector.requests.length === 1, "the first request");
    await until(() => host.delivery.health().retries === 1, "the first failure");
    for (let i = 0; i < 20; i++) {
      host.tracer.startSpan(`later ${i}`).end();
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await until(() => collector.requests.length === 3, "the third request");
    // Twenty batches were cut meanwhile; without the common wait each would have made a request of its own.
    expect(most).toBe(1);
    away = false;
    await host.delivery.flush();
    expect(new Set(collector.spanNames).size).toBe(21);
    expect(collector.spans).toHaveLength(21);
  });
});

test("Retry-After is kept, and nothing shortens it", async () => {
  first({ status: 429, headers: { "retry-after": "1" } });
  await using host = emitter({ endpoint: collector.endpoint });
  host.tracer.startSpan("span").end();
  await host.delivery.flush(50);
  await host.delivery.flush();
  const [one, two] = collector.requests;
  expect(two!.at - one!.at).toBeGreaterThanOrEqual(999);
});

test("partial success counts what was rejected and is not tried again", async () => {
  collector.answer = () => ({
    status: 200,
    headers: { "content-type": "application/x-protobuf" },
    body: partialSuccess(2, "no room"),
  });
  await using host = emitter({ endpoint: collector.endpoint });
  for (let i = 0; i < 3; i++) host.tracer.startSpan("span").end();
  await host.delivery.flush();
  expect(collector.requests).toHaveLength(1);
  expect(host.delivery.health()).toMatchObject({
    sent: { traces: 1 },
    dropped: { rejected: { traces: 2 } },
  });
});

test("a flush ends the wait for a collector that is back", async () => {
  await collector.stop();
  await using host = emitter({ endpoint: collector.endpoint });
  host.tracer.startSpan("span").end();
  await host.delivery.flush(1_500);
  expect(host.delivery.health().retries).toBeGreaterThan(0);
  await collector.listen();
  await host.delivery.flush();
  expect(collector.spanNames).toEqual(["span"]);
});

test("a full queue drops what is new, and says how much", async () => {
  await collector.stop();
  await using host = emitter({
    endpoint: collector.endpoint,
    queueBytes: 300_000,
    env: { OTEL_BSP_MAX_EXPORT_BATCH_SIZE: "10" },
  });
  const attributes = { text: "x".repeat(1_000) };
  for (let i = 0; i < 1_000; i++) host.tracer.startSpan("span", { attributes }).end();
  const { dropped, queue, accepted } = host.delivery.health();
  expect(queue.bytes).toBeLessThanOrEqual(300_000);
  expect(accepted.traces).toBe(1_000);
  await collector.listen();
  await host.delivery.flush();
  expect(collector.spans).toHaveLength(1_000 - dropped.queue_full.traces);
  expect(host.delivery.health().sent.traces).toBe(collector.spans.length);
});

describe("an answer", () => {
  test("of any bytes never breaks", () => {
    fc.assert(
      fc.property(fc.nat(999), fc.uint8Array(), fc.string(), (status, body, retryAfter) => {
        const answer = httpAnswer(status, { "retry-after": retryAfter }, body);
        expect(["delivered", "later", "never"]).toContain(answer.kind);
      }),
    );
  });

  test("says when, in seconds or as a date", () => {
    const now = Date.parse("2026-11-20T12:00:00Z");
    expect(retryAfterMs("7", now)).toBe(7_000);
    expect(retryAfterMs("Fri, 20 Nov 2026 12:00:30 GMT", now)).toBe(30_000);
    expect(retryAfterMs("Fri, 20 Nov 2026 11:00:00 GMT", now)).toBe(0);
    expect(retryAfterMs("soon", now)).toBeUndefined();
    expect(retryAfterMs(undefined, now)).toBeUndefined();
  });

  test("that says nothing is waited for ever longer, but never long", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1e6 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (failures, random) => {
          const ms = backOffMs(failures, random);
          expect(ms).toBeGreaterThanOrEqual(50);
          expect(ms).toBeLessThanOrEqual(5_000);
          expect(backOffMs(failures + 1, random)).toBeGreaterThanOrEqual(ms);
        },
      ),
    );
  });
});

function partialSuccess(rejected: number, message: string): Uint8Array {
  const inner = new ByteWriter();
  inner.byte(0x08);
  inner.varint(rejected);
  inner.byte(0x12);
  inner.text(message);
  const outer = new ByteWriter();
  outer.byte(0x0a);
  outer.varint(inner.pos);
  outer.raw(inner.take());
  return outer.take();
}
