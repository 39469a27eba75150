import {
  createInventory,
  emissionOf,
  emissionOfJson,
  remedyFor,
  type Site,
  taggingOf,
} from "@throughline/core/inventory";
import type { TelemetryRecord } from "@throughline/core/record";
import { sessionRecordOf } from "@throughline/core/session";
import { describe, expect, test } from "vitest";

import { recorded } from "../../../../test/support/recorded-agents.ts";
import { home, id, line, llm, without } from "../verify/scene.ts";

function sitesOf(records: readonly TelemetryRecord[]): readonly Site[] {
  const inventory = createInventory();
  for (const record of records) inventory.add(emissionOf(record));
  return inventory.sites();
}

describe("an inventory", () => {
  const code = { "code.file.path": "src/agent.ts", "code.line.number": 12 };

  test("has one entry a place, with what its records carry", () => {
    const calls = [llm(), llm({}, { spanId: id("7") }), without(llm(), "session.id")];
    const sites = sitesOf([...home, ...calls]);
    expect(sites).toHaveLength(3);
    expect(sites[0]).toEqual({
      kind: "span",
      service: "support-agent",
      scope: "throughline",
      name: "chat gpt-5.4",
      code: null,
      step: "llm",
      count: 3,
      with_session: 2,
      fields: { channel: 0, turn: 3, agent: 0, model: 3, provider: 3 },
    });
  });

  test("tells places in the code apart, and puts the largest gap first", () => {
    const here = line({ attributes: code });
    const there = line({ attributes: { ...code, "code.line.number": 99 } });
    const sites = sitesOf([
      here,
      there,
      without(there, "session.id"),
      without(there, "session.id"),
    ]);
    expect(sites.map(({ code, count, with_session }) => [code?.line, count, with_session])).toEqual(
      [
        [99, 3, 1],
        [12, 1, 1],
      ],
    );
    expect(sites.map(taggingOf)).toEqual(["partly", "tagged"]);
    expect(sites.map((site) => remedyFor(site) !== undefined)).toEqual([true, false]);
  });

  test("reads the same from a record and from what a home tells of it", () => {
    const records = recorded("claude-code");
    const told = createInventory();
    for (const record of records) {
      const { hasSession } = emissionOf(record);
      const membership = hasSession ? "carried" : "none";
      told.add(
        emissionOfJson(sessionRecordOf(record, { recordId: "", sessionId: "", membership })),
      );
    }
    expect(told.sites()).toEqual(sitesOf(records));
  });

  test("knows other emitters' names for session, model and provider", () => {
    const requests = sitesOf(recorded("claude-code")).filter(({ name }) =>
      name.includes("request"),
    );
    expect(requests.length).toBeGreaterThan(0);
    for (const site of requests) {
      expect(taggingOf(site)).toBe("tagged");
      expect(site.fields.model).toBe(site.count);
    }
  });

  test("stays small when names have ids in them", () => {
    const spans = Array.from({ length: 6_000 }, (_, n) => ({ ...llm(), name: `GET /${n}` }));
    const sites = sitesOf(spans);
    expect(sites).toHaveLength(5_001);
    expect(sites.find(({ name }) => name === "(further names)")?.count).toBe(1_000);
  });
});
