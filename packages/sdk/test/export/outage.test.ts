import { expect, test } from "vitest";

import { Collector } from "./collector.ts";
import { emitter } from "./emitter.ts";

/** The benchmark has the full 12 s; plain OpenTelemetry loses a quarter to a third of the spans there. */
test.concurrent.each(["nobody listens", "503", "no answer"] as const)(
  "two seconds of outage (%s) at 500 spans a second lose nothing",
  async (kind) => {
    const collector = await Collector.start();
    await using host = emitter({
      endpoint: collector.endpoint,
      env: { OTEL_EXPORTER_OTLP_TIMEOUT: "300", OTEL_BSP_SCHEDULE_DELAY: "100" },
    });
    const attributes = { text: "x".repeat(1_000) };
    let made = 0;
    const emitFor = async (ms: number): Promise<void> => {
      const end = performance.now() + ms;
      while (performance.now() < end) {
        for (let i = 0; i < 5; i++) host.tracer.startSpan(`span ${made++}`, { attributes }).end();
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    };
    await emitFor(200);
    if (kind === "nobody listens") await collector.stop();
    else collector.answer = () => (kind === "503" ? { status: 503 } : new Promise(() => {}));
    await emitFor(2_000);
    if (kind === "nobody listens") await collector.listen();
    else collector.answer = () => ({ status: 200 });
    await emitFor(200);
    await host.delivery.flush();

    expect(new Set(collector.spanNames).size).toBe(made);
    expect(host.delivery.health()).toMatchObject({
      accepted: { traces: made },
      sent: { traces: made },
    });
    await collector.stop();
  },
);
