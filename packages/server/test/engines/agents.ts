import { readdirSync, readFileSync } from "node:fs";
import {
  encodeLogs,
  encodeTraces,
  type LogsRequest,
  logsFromJson,
  type TracesRequest,
  tracesFromJson,
} from "@throughline/core/otlp";
import type { SessionRecord } from "@throughline/core/session";
import type { Delivery } from "@throughline/store";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { define } from "../../../store/test/conformance/definition.ts";
import type { TestHome } from "../../../store/test/conformance/home.ts";
import { allRecords } from "../../../store/test/conformance/reading.ts";
import { delivery, Story } from "../../../store/test/conformance/story.ts";

const folder = new URL("../../../../test/fixtures/agents/", import.meta.url);

export const agents: readonly string[] = readdirSync(folder);

/**
 * What Loki keeps of an agent's log records is not all of them, but sums, tree and membership are the same as of the records
 * that were sent.
 */
export function describeAgents(name: string, openHome: () => Promise<TestHome>): void {
  describe(`${name}: recorded agents`, () => {
    let home: TestHome;
    beforeAll(async () => {
      home = await openHome();
    });
    afterAll(() => home.close());
    test.each(agents)(
      "sums, tree and membership of %s are those of what was sent",
      async (agent) => {
        const door = new Story().session(agent);
        const told = recorded(agent, door);
        const { aliases, records = [], summary } = define(told).get(door) ?? {};
        await home.deliver(told);
        const read = await allRecords(home.reader, door, { limit: 1_000 });
        expect(read.map(placeOf).toSorted()).toEqual(records.map(placeOf).toSorted());
        expect(await home.reader.session(door)).toMatchObject({
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
          services: summary?.services,
          membership: summary?.membership,
        });
      },
    );
  });
}

function placeOf(record: SessionRecord): string {
  const { kind, membership, parent_span_id, session_id, span_id, start_ns, step, trace_id } =
    record;
  return [start_ns, kind, trace_id, span_id, parent_span_id, session_id, membership, step].join(
    " ",
  );
}

/** Engines take nothing that is too old, so each recording ends a while ago. */
function recorded(agent: string, door: string): Delivery[] {
  const traces = linesOf(agent, "traces").map((line) => tracesFromJson(line));
  const logs = linesOf(agent, "logs").map((line) => logsFromJson(line));
  const later = BigInt(Date.now() - 600_000) * 1_000_000n - latestIn(traces, logs);
  return [
    ...traces.map((request) => delivery("traces", encodeTraces(tracesLater(request, later)), door)),
    ...logs.map((request) => delivery("logs", encodeLogs(logsLater(request, later)), door)),
  ];
}

function latestIn(traces: readonly TracesRequest[], logs: readonly LogsRequest[]): bigint {
  const spans = traces.flatMap(({ resourceSpans }) =>
    resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)),
  );
  const lines = logs.flatMap(({ resourceLogs }) =>
    resourceLogs.flatMap(({ scopeLogs }) => scopeLogs.flatMap(({ logRecords }) => logRecords)),
  );
  const times = [
    ...spans.map(({ endTimeUnixNano }) => endTimeUnixNano),
    ...lines.map(({ timeUnixNano }) => timeUnixNano),
  ];
  return times.reduce((latest, time) => (time > latest ? time : latest), 0n);
}

function tracesLater({ resourceSpans }: TracesRequest, later: bigint): TracesRequest {
  return {
    resourceSpans: resourceSpans.map((group) => ({
      ...group,
      scopeSpans: group.scopeSpans.map((scope) => ({
        ...scope,
        spans: scope.spans.map((span) => ({
          ...span,
          startTimeUnixNano: span.startTimeUnixNano + later,
          endTimeUnixNano: span.endTimeUnixNano + later,
        })),
      })),
    })),
  };
}

function logsLater({ resourceLogs }: LogsRequest, later: bigint): LogsRequest {
  return {
    resourceLogs: resourceLogs.map((group) => ({
      ...group,
      scopeLogs: group.scopeLogs.map((scope) => ({
        ...scope,
        logRecords: scope.logRecords.map((log) => ({
          ...log,
          timeUnixNano: (log.timeUnixNano || log.observedTimeUnixNano) + later,
        })),
      })),
    })),
  };
}

function linesOf(agent: string, signal: string): string[] {
  const text = readFileSync(new URL(`${agent}/${signal}.jsonl`, folder), "utf8");
  return text.split("\n").filter((line) => line !== "");
}
