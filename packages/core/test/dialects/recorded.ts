import { readFileSync } from "node:fs";
import { readLog, readStep, sessionKeyOf } from "@throughline/core/dialects";
import { resolve } from "@throughline/core/membership";
import { logsFromJson, tracesFromJson } from "@throughline/core/otlp";
import { recordsOf, type TelemetryRecord } from "@throughline/core/record";

const folder = new URL("../../../../test/fixtures/agents/", import.meta.url);

/** What a recorded agent sent, in the order in which it came; see scripts/record-agents. */
export function recorded(agent: string): TelemetryRecord[] {
  const records: TelemetryRecord[] = [];
  for (const line of linesOf(agent, "traces")) records.push(...recordsOf(tracesFromJson(line)));
  for (const line of linesOf(agent, "logs")) records.push(...recordsOf(logsFromJson(line)));
  return records;
}

function linesOf(agent: string, signal: string): string[] {
  const text = readFileSync(new URL(`${agent}/${signal}.jsonl`, folder), "utf8");
  return text.split("\n").filter((line) => line !== "");
}

type Counts = Record<string, number>;

export interface Portrait {
  sessions: number;
  /** Trace ids, and how many records stand outside any trace. */
  traces: number;
  untraced: number;
  spans: Counts;
  logs: Counts;
  keys: Counts;
  steps: Counts;
  events: Counts;
  /** Of model calls, by who tells of them: the model, input, output and cached tokens, and the cost. */
  calls: { spans: readonly string[]; logs: readonly string[] };
  tools: { spans: readonly string[]; logs: readonly string[] };
  turns: readonly (string | undefined)[];
}

/** What the readers make of a recording, in one object that a test can state. */
export function portrait(agent: string): Portrait {
  const records = recorded(agent);
  const { belongings } = resolve(records, { keyOf: sessionKeyOf });
  const drawn: Portrait = {
    sessions: new Set(belongings.flatMap(({ session }) => session ?? [])).size,
    traces: new Set(records.flatMap(({ traceId }) => (traceId === "" ? [] : traceId))).size,
    untraced: records.filter(({ traceId }) => traceId === "").length,
    spans: {},
    logs: {},
    keys: {},
    steps: {},
    events: {},
    calls: { spans: [], logs: [] },
    tools: { spans: [], logs: [] },
    turns: [],
  };
  const turns = new Set<string | undefined>();
  for (const [index, record] of records.entries()) {
    const side = record.kind === "span" ? "spans" : "logs";
    count(drawn[side], belongings[index]?.membership ?? "none");
    count(drawn.keys, sessionKeyOf(record)?.source ?? "none");
    const step = readStep(record);
    const event = readLog(record);
    if (step !== undefined) count(drawn.steps, step.step);
    if (event !== undefined) count(drawn.events, event.stands);
    const reading = step ?? event;
    if (reading === undefined) continue;
    if (reading.turn !== undefined) turns.add(reading.turn);
    const { callId, cost, model, tool, usage } = reading;
    const is = step?.step ?? event?.stands;
    if (is === "tool") drawn.tools = add(drawn.tools, side, `${tool} ${callId}`);
    if (is === "llm") {
      const tokens = `${usage?.input}/${usage?.output} cached ${usage?.cacheRead}`;
      const price = cost === undefined ? "" : ` ${cost.amount.toFixed(6)} ${cost.currency}`;
      drawn.calls = add(drawn.calls, side, `${model} ${tokens}${price}`);
    }
  }
  drawn.turns = [...turns];
  return drawn;
}

function count(counts: Counts, key: string): void {
  counts[key] = (counts[key] ?? 0) + 1;
}

function add<T extends { spans: readonly string[]; logs: readonly string[] }>(
  told: T,
  side: "spans" | "logs",
  line: string,
): T {
  return { ...told, [side]: [...told[side], line] };
}
