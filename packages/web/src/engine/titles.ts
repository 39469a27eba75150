import { briefText, costText } from "@throughline/core/figures";
import { eventNameOf } from "@throughline/core/dialects";
import { type SessionRecord, telemetryOf, type TreeNode } from "@throughline/core/session";

import { oneLine } from "../text/visible.ts";
import { written } from "../text/written.ts";
import { contentOf, readingOf } from "./telemetry.ts";

const longestTitle = 160;
const longestNote = 240;

/** What a record is called in a tree: the model, the tool, the agent; else its own name. */
export function titleOf({ record, turn }: TreeNode): string {
  if (record === null || record.step === "turn") return `Turn ${(turn ?? 0) + 1}`;
  if (record.kind === "log") return oneLine(eventOf(record) || bodyText(record), longestTitle);
  if (record.step === "tool.execution") return "execution";
  if (record.step === "tool.approval") return "approval";
  const { name } = readingOf(record);
  return oneLine(name ?? (record.name === "" ? "(no name)" : record.name), longestTitle);
}

/** What is worth a glance beside the title. */
export function noteOf(node: TreeNode): string {
  const { record } = node;
  if (record === null || record.step === "turn") return askedIn(node);
  const reading = readingOf(record);
  const parts: string[] = [];
  if (record.kind === "log") {
    const body = bodyText(record);
    if (eventOf(record) !== "" && body !== eventOf(record)) parts.push(body);
    if (reading.tool !== undefined) parts.push(reading.tool);
  }
  if (reading.usage !== undefined) {
    const { input = 0, output = 0 } = reading.usage;
    parts.push(`${briefText(input)} → ${briefText(output)} tokens`);
  }
  if (reading.cost !== undefined) parts.push(costText({ ...reading.cost, complete: true }));
  if (reading.decision !== undefined) parts.push(reading.decision);
  if (reading.attempt !== undefined && reading.attempt > 1)
    parts.push(`attempt ${reading.attempt}`);
  const wrong = reading.error?.message ?? reading.error?.type ?? exceptionOf(record);
  if (wrong !== undefined) parts.push(wrong);
  return oneLine(parts.filter((part) => part !== "").join(" · "), longestNote);
}

const events = new WeakMap<SessionRecord, string>();

/** Codex puts the place in its source into EventName and the name into an attribute; the dialects know. */
function eventOf(record: SessionRecord): string {
  const known = events.get(record);
  if (known !== undefined) return known;
  const telemetry = telemetryOf(record);
  const name = telemetry.kind === "log" ? eventNameOf(telemetry) : "";
  events.set(record, name);
  return name;
}

function bodyText({ body }: SessionRecord): string {
  return body === null ? "" : written(body);
}

function exceptionOf(record: SessionRecord): string | undefined {
  const event = record.events.find(({ name }) => name === "exception");
  const message = event?.attributes["exception.message"];
  return typeof message === "string" ? message : undefined;
}

const asked = new WeakMap<SessionRecord, string>();

/** What the user said to open a turn, where that was captured. */
function askedIn({ children, record }: TreeNode): string {
  const prompt = children.find((child) => child.record?.step === "prompt")?.record ?? null;
  for (const source of [record, prompt]) {
    if (source === null) continue;
    const known = asked.get(source);
    const text = known ?? textOf(source);
    if (known === undefined) asked.set(source, text);
    if (text !== "") return text;
  }
  return "";
}

function textOf(record: SessionRecord): string {
  const input = contentOf(record).input ?? [];
  const last = input.findLast(({ role }) => role === "user") ?? input.at(-1);
  const part = last?.parts.find((each) => each.type === "text");
  if (part?.type === "text") return oneLine(part.text, longestNote);
  // What coding agents call it on their prompt events.
  const prompt = record.attributes["prompt"] ?? record.attributes["user_prompt"];
  return typeof prompt === "string" && !/^[<[]REDACTED[>\]]$/.test(prompt)
    ? oneLine(prompt, longestNote)
    : "";
}
