import { decodeLogs } from "@throughline/core/otlp";
import { planLogql } from "@throughline/query/logql";
import { planTraceql } from "@throughline/query/traceql";
import { expect, test } from "vitest";
import { Story, type Told } from "../conformance/story.ts";
import { openHome } from "../read/support/home.ts";

const hour = 3_600_000_000_000n;

function around(story: Story) {
  const began = BigInt(story.began) * 1_000_000n;
  return { startNs: began - hour, endNs: began + hour };
}

test("each record is found and counted once while the blocks below are written anew", async () => {
  const home = await openHome({ quietMs: 0, gatherMs: 0 });
  const story = new Story();
  // Sessions come interleaved, so that compaction sorts every block apart.
  const told = Array.from({ length: 60 }, (_, n): Told[] => [
    { trace: `t${n % 5}`, span: `${n}`, session: story.session(`s${n % 5}`), at: n, name: "step" },
    { log: "", body: `line ${n}`, session: story.session(`s${n % 5}`), at: n },
  ]);
  for (const delivery of story.oneByOne(told.flat())) await home.deliver([delivery]);
  const window = around(story);
  const count = planTraceql("{ } | count_over_time()", { ...window, instant: true });
  const named = planTraceql('{ name = "step" && span.session.id != nil } | count() > 11', window);
  const lines = planLogql('{service_name=~".+"} |= "line"', { ...window, limit: 100 });
  const counted = planLogql('sum(count_over_time({service_name=~".+"}[2h]))', {
    startNs: window.endNs,
    endNs: window.endNs,
    instant: true,
  });
  if (count.kind !== "metrics" || named.kind !== "search") throw new Error("not as planned");
  if (lines.kind !== "logs" || counted.kind !== "metrics") throw new Error("not as planned");
  const { telemetry } = home;
  for (let round = 0; round < 25; round++) {
    expect((await telemetry.traceMetrics(count)).series[0]?.values[0]).toBe(60);
    expect((await telemetry.searchTraces(named)).traces).toHaveLength(5);
    expect(new Set((await telemetry.searchLogs(lines)).lines.map(({ line }) => line)).size).toBe(
      60,
    );
    expect((await telemetry.logMetrics(counted)).series[0]?.values[0]).toBe(60);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
});

test("a long session's OTLP comes in pieces of bounded size, each record once", async () => {
  const home = await openHome();
  const story = new Story();
  const session = story.session("long");
  const told = Array.from({ length: 5_001 }, (_, n): Told => ({
    log: "",
    body: `${n}`,
    session,
    at: n,
  }));
  await home.deliver(story.deliveries(told));
  const bodies: unknown[] = [];
  let pieces = 0;
  for await (const { body } of home.reader.otlp(session)) {
    pieces++;
    for (const { scopeLogs } of decodeLogs(body).resourceLogs)
      for (const { logRecords } of scopeLogs) for (const log of logRecords) bodies.push(log.body);
  }
  expect(pieces).toBe(6);
  expect(bodies).toEqual(told.map((_, n) => ({ stringValue: `${n}` })));
});

test("what nobody waits for is not worked on, and a home that closes says so", async () => {
  const home = await openHome();
  const story = new Story();
  const plan = planLogql('{service_name=~".+"}', around(story));
  if (plan.kind !== "logs") throw new Error("not as planned");
  const gone = AbortSignal.abort(new Error("gone"));
  await expect(home.telemetry.searchLogs(plan, { signal: gone })).rejects.toThrow("gone");
  const closed = new AbortController();
  const tail = home.telemetry.tailLogs(plan, closed.signal)[Symbol.asyncIterator]();
  const next = tail.next();
  closed.abort();
  expect((await next).done).toBe(true);
  await home.close();
  await expect(home.telemetry.searchLogs(plan)).rejects.toMatchObject({ kind: "closing" });
});
