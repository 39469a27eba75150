import { subscribe, unsubscribe } from "node:diagnostics_channel";

import { context, createContextKey, ROOT_CONTEXT } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { isTracingSuppressed } from "@opentelemetry/core";
import { afterEach, beforeEach, expect, test } from "vitest";

import { Collector } from "./collector.ts";
import { emitter } from "./emitter.ts";

beforeEach(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
});
afterEach(() => context.disable());

test("its own requests are not traced, and stand in nobody's session", async () => {
  await using collector = await Collector.start();
  collector.answer = () => ({ status: collector.requests.length === 1 ? 503 : 200 });
  const session = createContextKey("a session");
  const seen: { readonly suppressed: boolean; readonly session: unknown }[] = [];
  const look = (): void => {
    const active = context.active();
    seen.push({ suppressed: isTracingSuppressed(active), session: active.getValue(session) });
  };
  // Where instrumentations of HTTP begin their spans.
  subscribe("http.client.request.start", look);
  await using host = emitter({
    endpoint: collector.endpoint,
    env: { OTEL_BSP_SCHEDULE_DELAY: "1", OTEL_EXPORTER_OTLP_COMPRESSION: "gzip" },
  });
  await context.with(ROOT_CONTEXT.setValue(session, "s-1"), async () => {
    host.tracer.startSpan("sent by the timer, again after a failure").end();
    await new Promise((resolve) => setTimeout(resolve, 50));
    host.tracer.startSpan("sent by a flush").end();
    await host.delivery.flush();
  });
  unsubscribe("http.client.request.start", look);
  expect(seen.length).toBeGreaterThanOrEqual(3);
  for (const request of seen) expect(request).toEqual({ suppressed: true, session: undefined });
});
