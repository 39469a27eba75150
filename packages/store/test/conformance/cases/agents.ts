import { readdirSync, readFileSync } from "node:fs";
import { encodeLogs, encodeTraces, logsFromJson, tracesFromJson } from "@throughline/core/otlp";
import type { Delivery } from "@throughline/store";
import { expect } from "vitest";
import { define, inOrder } from "../definition.ts";
import type { Case } from "../home.ts";
import { allRecords, withoutIds } from "../reading.ts";
import { delivery, Story } from "../story.ts";

const folder = new URL("../../../../../test/fixtures/agents/", import.meta.url);

/** What a coding agent sent, see scripts/record-agents; through a door of its own, as `throughline run` gives it one. */
function recorded(agent: string, door: string): Delivery[] {
  return [
    ...linesOf(agent, "traces").map((line) =>
      delivery("traces", encodeTraces(tracesFromJson(line)), door),
    ),
    ...linesOf(agent, "logs").map((line) => delivery("logs", encodeLogs(logsFromJson(line)), door)),
  ];
}

function linesOf(agent: string, signal: string): string[] {
  const text = readFileSync(new URL(`${agent}/${signal}.jsonl`, folder), "utf8");
  return text.split("\n").filter((line) => line !== "");
}

export const agentCases: readonly Case[] = readdirSync(folder).map((agent) => ({
  title: `a recorded run of ${agent} is one session with every record shown`,
  async run(home) {
    const door = new Story().session(agent);
    const told = recorded(agent, door);
    const defined = define(told);
    expect([...defined.keys()]).toEqual([door]);
    const { aliases, records, summary } = defined.get(door) ?? {};
    await home.deliver(told);
    const read = await allRecords(home.reader, door, { limit: 100 });
    expect(withoutIds(read).toSorted(inOrder)).toEqual(records);
    const session = await home.reader.session(door);
    expect(session).toMatchObject({
      aliases,
      turns: summary?.turns,
      spans: summary?.spans,
      logs: summary?.logs,
      errors: summary?.errors,
      llm_calls: summary?.llmCalls,
      tool_calls: summary?.toolCalls,
      traces: summary?.traces,
      tokens: summary?.tokens,
      models: summary?.models,
      membership: summary?.membership,
    });
    expect(summary?.turns).toBeGreaterThan(0);
    expect(summary?.llmCalls).toBeGreaterThan(0);
  },
}));
