import type { SpanRecord, TelemetryRecord } from "@throughline/core/record";
import {
  createVerifier,
  mergeReports,
  scoresOf,
  type VerifyReport,
} from "@throughline/core/verify";
import { describe, expect, test } from "vitest";

import { home, id, line, llm, step, tool, without } from "./scene.ts";
import { resource } from "./telemetry.ts";

function report(records: readonly TelemetryRecord[]): VerifyReport {
  const verifier = createVerifier();
  for (const record of records) verifier.add(record);
  return verifier.finish();
}

/** Ten spans of the session; `broken` of them lost it. */
function hooks(broken: number): SpanRecord[] {
  return Array.from({ length: 8 }, (_, n) => {
    const hook = step("hook", { spanId: n.toString(16).padStart(16, "c") });
    return n < broken ? without(hook, "session.id") : hook;
  });
}

describe("a service's score", () => {
  test("is 100 where nothing is broken", () => {
    expect(scoresOf(report([...home, llm(), tool()]))).toEqual([
      { service: "support-agent", score: 100, records: 4, raises: [] },
    ]);
  });

  test("falls with the share of records that lost their session", () => {
    const scores = [0, 1, 4, 8].map((broken) => scoresOf(report([...home, ...hooks(broken)]))[0]);
    expect(scores.map((each) => each?.score)).toEqual([100, 90, 60, 20]);
    expect(scores[2]?.raises).toEqual([{ rule: "C01", by: 40 }]);
  });

  test("says what would raise it most", () => {
    const broken = [
      ...home,
      ...hooks(4),
      without(tool(), "gen_ai.tool.call.id"),
      line({ spanId: "" }),
    ];
    const [score] = scoresOf(report(broken));
    expect(score?.raises.map(({ rule }) => rule)).toEqual(["C03", "C01", "C09"]);
    expect(score?.score).toBeLessThan(50);
  });

  test("counts advice for less than violations", () => {
    const noUsage = without(llm(), "gen_ai.usage.input_tokens", "gen_ai.usage.output_tokens");
    expect(scoresOf(report([...home, noUsage]))[0]).toMatchObject({ score: 90 });
    expect(scoresOf(report([...home, without(llm(), "gen_ai.request.model")]))[0]).toMatchObject({
      score: 70,
    });
  });

  test("is each service's own, the worst first", () => {
    const other = { ...llm({}, { spanId: id("8") }), resource: resource("gateway") };
    const scores = scoresOf(report([...home, without(other, "session.id"), llm()]));
    expect(scores.map(({ score, service }) => [service, score])).toEqual([
      ["gateway", 0],
      ["support-agent", 100],
    ]);
  });

  test("services are bounded, whatever the telemetry makes up", () => {
    const made = Array.from({ length: 1_200 }, (_, n) => ({
      ...line(),
      resource: resource(`made-up-${n}`),
    }));
    const { summary } = report(made);
    expect(summary.services).toHaveLength(1_001);
    expect(summary.services.find(({ service }) => service === "(further services)")?.logs).toBe(
      200,
    );
    expect(summary.logs).toBe(1_200);
  });
});

describe("reports of several sessions", () => {
  test("make one: the same fault of the same place is one finding", () => {
    const one = report([...home, ...hooks(2)]);
    const two = report([...home, ...hooks(3), without(llm(), "gen_ai.request.model")]);
    const merged = mergeReports([one, two]);
    expect(merged.findings.map(({ count, rule }) => [rule, count])).toEqual([
      ["C01", 5],
      ["C08", 1],
    ]);
    expect(merged.findings[0]?.examples).toHaveLength(5);
    expect(merged.summary).toMatchObject({
      records: 21,
      sessions: 2,
      findings: { violation: 2, improvement: 0, information: 0 },
      services: [{ service: "support-agent", spans: 21, calls: 1 }],
    });
  });

  test("of none is empty", () => {
    expect(mergeReports([])).toMatchObject({ findings: [], summary: { records: 0, services: [] } });
  });
});
