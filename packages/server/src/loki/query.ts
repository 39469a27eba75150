import {
  type LogqlLogsPlan,
  type LogqlMetricsPlan,
  type LogqlPlan,
  type LogqlPlanOptions,
  planLogql,
} from "@throughline/query/logql";
import type { TelemetryReader } from "@throughline/store";

import { answer } from "../protocol/answer.ts";
import { nowNs, type Parameters, planned, unreadable } from "../protocol/parameters.ts";
import { Refusal } from "../refusal/refusal.ts";
import type { AskLoki, LokiVisit } from "./loki-visit.ts";
import { matrixJson, scalarJson, vectorJson } from "./metric-json.ts";
import { resultJson } from "./result-json.ts";
import { categorizes, spaced, streamsJson } from "./streams-json.ts";
import { hour, windowOf } from "./window.ts";

export const mostLines = 5_000;

export const queryRange: AskLoki = async (reader, asked) => {
  const { parameters } = asked;
  const window = windowOf(parameters, hour);
  const stepNs = parameters.duration("step");
  const plan = planOf(parameters, {
    ...window,
    limit: limitOf(parameters),
    direction: directionOf(parameters),
    ...(stepNs !== undefined && { stepNs }),
  });
  await (plan.kind === "logs"
    ? answerLogs(reader, asked, plan)
    : answerMatrix(reader, asked, plan));
};

export const queryInstant: AskLoki = async (reader, asked) => {
  const { parameters, signal, visit } = asked;
  const endNs = parameters.time("time") ?? nowNs();
  const plan = planOf(parameters, { startNs: endNs, endNs, instant: true });
  if (plan.kind === "logs")
    throw new Refusal("bad_query", "Log lines are asked for at /loki/api/v1/query_range.");
  const began = performance.now();
  const found = await reader.logMetrics(plan, { signal });
  const [type, result] =
    found.scalar === undefined
      ? (["vector", vectorJson(found.series, endNs)] as const)
      : (["scalar", scalarJson(found.scalar, endNs)] as const);
  await answer(visit, json, await resultJson(type, result, { ...found, began }));
};

const json = "application/json; charset=utf-8";

async function answerLogs(
  reader: TelemetryReader,
  { parameters, signal, visit }: LokiVisit,
  plan: LogqlLogsPlan,
): Promise<void> {
  const began = performance.now();
  const found = await reader.searchLogs(plan, { signal });
  const lines = spaced(found.lines, parameters.duration("interval") ?? 0n);
  const flags = categorizes(visit.request.headers) ? ["categorize-labels"] : undefined;
  const result = streamsJson(lines, flags !== undefined);
  await answer(visit, json, await resultJson("streams", result, { ...found, began }, flags));
}

async function answerMatrix(
  reader: TelemetryReader,
  { signal, visit }: LokiVisit,
  plan: LogqlMetricsPlan,
): Promise<void> {
  const began = performance.now();
  const found = await reader.logMetrics(plan, { signal });
  const result = matrixJson(found, plan.steps);
  await answer(visit, json, await resultJson("matrix", result, { ...found, began }));
}

function planOf(parameters: Parameters, options: LogqlPlanOptions): LogqlPlan {
  const query = parameters.required("query");
  return planned(() => planLogql(query, options));
}

function limitOf(parameters: Parameters): number {
  const limit = parameters.whole("limit", 0, 1_000_000_000) ?? 100;
  if (limit === 0) throw new Refusal("bad_parameter", `"limit" must be more than 0.`);
  if (limit > mostLines)
    throw new Refusal("bad_parameter", `"limit" may be ${mostLines} at most; it was ${limit}.`);
  return limit;
}

function directionOf(parameters: Parameters): "backward" | "forward" {
  const direction = parameters.text("direction") ?? "backward";
  const lower = direction.toLowerCase();
  if (lower === "backward" || lower === "forward") return lower;
  throw unreadable("direction", direction, "forward or backward");
}
