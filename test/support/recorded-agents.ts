import { readdirSync, readFileSync } from "node:fs";
import {
  type LogReading,
  readLog,
  readStep,
  sessionKeyOf,
  type StepReading,
} from "@throughline/core/dialects";
import { resolve } from "@throughline/core/membership";
import { logsFromJson, tracesFromJson } from "@throughline/core/otlp";
import { recordsOf, type TelemetryRecord } from "@throughline/core/record";

const folder = new URL("../fixtures/agents/", import.meta.url);

/** The names under which agents were recorded; see scripts/record-agents. */
export function recordings(): string[] {
  return readdirSync(folder).toSorted();
}

export interface About {
  readonly agent: string;
  readonly package: string;
  readonly version: string;
  readonly recorded: string;
  readonly prompts: readonly string[];
  readonly left_out: readonly string[];
}

export function aboutRecording(name: string): About {
  return JSON.parse(readFileSync(new URL(`${name}/about.json`, folder), "utf8")) as About;
}

/** What a recorded agent sent, in the order in which it came. */
export function recorded(name: string): TelemetryRecord[] {
  const records: TelemetryRecord[] = [];
  for (const line of linesOf(name, "traces")) records.push(...recordsOf(tracesFromJson(line)));
  for (const line of linesOf(name, "logs")) records.push(...recordsOf(logsFromJson(line)));
  return records;
}

function linesOf(name: string, signal: string): string[] {
  const text = readFileSync(new URL(`${name}/${signal}.jsonl`, folder), "utf8");
  return text.split("\n").filter((line) => line !== "");
}

type Counts = Record<string, number>;

/** What the readers make of a recording. */
export interface Portrait {
  readonly sessions: number;
  /** Trace ids, and how many records stand outside any trace. */
  readonly traces: number;
  readonly untraced: number;
  readonly links: number;
  /** By membership. */
  readonly spans: Counts;
  readonly logs: Counts;
  /** By the key that the session was read from. */
  readonly keys: Counts;
  readonly steps: Counts;
  readonly events: Counts;
  readonly calls: Told<StepReading, LogReading>;
  readonly tools: Told<StepReading, LogReading>;
  readonly turns: readonly string[];
}

export interface Told<OnSpan, OnLog> {
  readonly spans: readonly OnSpan[];
  readonly logs: readonly OnLog[];
}

export function portrait(name: string): Portrait {
  const records = recorded(name);
  const { belongings } = resolve(records, { keyOf: sessionKeyOf });
  const steps = records.flatMap((record) => readStep(record) ?? []);
  const events = records.flatMap((record) => readLog(record) ?? []);
  const ofKind = (kind: "span" | "log"): string[] =>
    records.flatMap((record, index) =>
      record.kind === kind ? (belongings[index]?.membership ?? "none") : [],
    );
  return {
    sessions: new Set(belongings.flatMap(({ session }) => session ?? [])).size,
    traces: new Set(records.flatMap(({ traceId }) => (traceId === "" ? [] : traceId))).size,
    untraced: records.filter(({ traceId }) => traceId === "").length,
    links: records.filter((record) => record.kind === "span" && record.links.length > 0).length,
    spans: counted(ofKind("span")),
    logs: counted(ofKind("log")),
    keys: counted(records.map((record) => sessionKeyOf(record)?.source ?? "none")),
    steps: counted(steps.map(({ step }) => step)),
    events: counted(events.map(({ stands }) => stands)),
    calls: {
      spans: steps.filter(({ step }) => step === "llm"),
      logs: events.filter(({ stands }) => stands === "llm"),
    },
    tools: {
      spans: steps.filter(({ step }) => step === "tool"),
      logs: events.filter(({ stands }) => stands === "tool"),
    },
    turns: [...new Set([...steps, ...events].flatMap(({ turn }) => turn ?? []))],
  };
}

export function counted(words: readonly string[]): Counts {
  const counts: Counts = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}
