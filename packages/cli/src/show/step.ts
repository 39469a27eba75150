import {
  type LogReading,
  readContent,
  readLog,
  readStep,
  type StepReading,
} from "@throughline/core/dialects";
import {
  type Cost,
  type JsonValue,
  leastSeverity,
  meterOf,
  type Pricer,
  type SessionRecord,
  telemetryOf,
  type TreeNode,
} from "@throughline/core/session";

type Reading = Partial<StepReading> & Partial<LogReading>;

/** What one line of a tree says of a step or log record. */
export interface Step {
  /** Its kind, in a word: turn, llm, tool, warn ... Empty for spans that are no step of an agent. */
  readonly kind: string;
  readonly title: string;
  /** What was said or went wrong. */
  readonly note: string;
  readonly isError: boolean;
  readonly tokens: { readonly input: number; readonly output: number } | undefined;
  readonly cost: Cost | undefined;
}

/** Far more than a line shows; a body may be megabytes. */
const longestNote = 2_000;

export function stepOf(node: TreeNode, price: Pricer): Step {
  const { record } = node;
  if (record === null || isTurn(record)) return turnOf(node);
  const reading = readingOf(record);
  return record.kind === "log" ? logOf(record, reading) : spanOf(record, reading, price);
}

function isTurn({ kind, step }: SessionRecord): boolean {
  return kind === "span" && step === "turn";
}

export function readingOf(record: SessionRecord): Reading {
  if (record.step === null) return {};
  const telemetry = telemetryOf(record);
  return (telemetry.kind === "span" ? readStep(telemetry) : readLog(telemetry)) ?? {};
}

function turnOf(node: TreeNode): Step {
  const { record, turn } = node;
  return {
    kind: "turn",
    title: String(turn ?? ""),
    note: [askedIn(node), record === null ? "" : wrongIn(record, readingOf(record))]
      .filter((part) => part !== "")
      .join("  "),
    isError: record?.status === "error",
    tokens: undefined,
    cost: undefined,
  };
}

function spanOf(record: SessionRecord, reading: Reading, price: Pricer): Step {
  const { attempt, decision, name } = reading;
  const isCall = record.step === "llm";
  const meter = isCall
    ? meterOf(reading, Number(BigInt(record.start_ns) / 1_000_000n), price)
    : undefined;
  const notes = [
    attempt !== undefined && attempt > 1 ? `attempt ${attempt}` : "",
    decision ?? "",
    wrongIn(record, reading),
  ];
  return {
    kind: record.step ?? "",
    title: record.step === "session" ? "" : (name ?? record.name),
    note: notes.filter((part) => part !== "").join("  "),
    isError: record.status === "error",
    tokens: meter?.tokens,
    cost:
      meter === undefined || meter.cost === null
        ? undefined
        : { amount: meter.cost / 1e9, currency: meter.currency, complete: true },
  };
}

function logOf(record: SessionRecord, reading: Reading): Step {
  const body = record.body === null ? "" : textOf(record.body);
  // Some put the event's name into the body as well, in full.
  const isName = record.name !== "" && body.endsWith(record.name);
  const said = [isName ? "" : body, reading.tool ?? "", wrongIn(record, reading)];
  return {
    kind: record.severity ?? "log",
    title: record.name,
    note: said
      .filter((part) => part !== "")
      .join("  ")
      .slice(0, longestNote),
    isError: (leastSeverity(record.severity ?? "") ?? 0) >= (leastSeverity("error") ?? 0),
    tokens: undefined,
    cost: undefined,
  };
}

function wrongIn(record: SessionRecord, { error }: Reading): string {
  const raised = record.events.find(({ name }) => name === "exception")?.attributes;
  const message = error?.message ?? raised?.["exception.message"] ?? error?.type;
  return typeof message === "string" ? message.slice(0, longestNote) : "";
}

export function textOf(value: JsonValue): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** What a user said to open a turn, where that was captured. */
function askedIn({ children, record }: TreeNode): string {
  const prompt = children.find((child) => child.record?.step === "prompt")?.record ?? null;
  for (const source of [record, prompt]) {
    if (source === null) continue;
    const input = readContent(telemetryOf(source))?.input ?? [];
    const last = input.findLast(({ role }) => role === "user") ?? input.at(-1);
    const part = last?.parts.find(({ type }) => type === "text");
    if (part?.type === "text" && !isRedacted(part.text)) return part.text.slice(0, longestNote);
    const said = source.attributes["prompt"];
    if (typeof said === "string" && !isRedacted(said)) return said.slice(0, longestNote);
  }
  return "";
}

/** What stands for a prompt that was not to be told. */
function isRedacted(text: string): boolean {
  return /^[<[]REDACTED[>\]]$/.test(text);
}
