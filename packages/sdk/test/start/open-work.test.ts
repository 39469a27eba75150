import { trace } from "@opentelemetry/api";
import { session } from "@throughline/sdk";
import { start, type Telemetry } from "@throughline/sdk/start";
import { afterEach, beforeEach, expect, test } from "vitest";

import { attributesOf, Collector } from "../export/collector.ts";

let collector: Collector;
let telemetry: Telemetry;

beforeEach(async () => {
  collector = await Collector.start();
  telemetry = start({ endpoint: collector.endpoint, exitWithinMs: 0 });
});
afterEach(async () => {
  await telemetry.shutdown();
  trace.disable();
  await collector.stop();
});

test("a flush delivers the announcement of what is open, not only what has ended", async () => {
  const turn = session({ id: "s-1", agent: "a" }).startTurn();
  await telemetry.flush();
  const begun = collector.logs.filter(({ eventName }) => eventName === "throughline.span.start");
  expect(begun.map((record) => attributesOf(record)["throughline.span.name"])).toEqual([
    "session a",
    "invoke_agent a",
  ]);
  turn.end();
});
