import type { LogRecord, PlainMap, TelemetryRecord } from "../record/record.ts";
import type { ContentFields, Dialect } from "./dialect.ts";
import { eventNameOf } from "./event-name.ts";
import { present } from "./fields.ts";
import { isMap, readMessages, written, type Message } from "./messages.ts";
import { readNumbered } from "./numbered-messages.ts";
import { readLog } from "./read-log.ts";
import { readStep } from "./read-step.ts";
import { speechOf } from "./speech.ts";

/** Only what was captured; most emitters capture nothing unless told to. */
export interface Content {
  readonly system?: readonly Message[];
  readonly input?: readonly Message[];
  readonly output?: readonly Message[];
  readonly toolArguments?: string;
  readonly toolResult?: string;
}

/** Messages, tool arguments and results of a record; undefined when it holds none. */
export function readContent(record: TelemetryRecord): Content | undefined {
  const { dialects: spoken } = speechOf(record);
  const told = record.kind === "log" ? readLegacyEvent(record) : undefined;
  const of = isOfTool(record) ? toolContentIn : messagesIn;
  // Strands and others put the messages on an event of the span.
  const events = record.kind === "span" ? record.events : [];
  const sources = [record, ...events].map(({ attributes }) => of(attributes, spoken));
  const content: Content = told ?? Object.assign({}, ...sources.toReversed());
  return Object.keys(content).length === 0 ? undefined : content;
}

/** The same keys (`input.value`, `traceloop.entity.input`) hold messages on one span and a tool's arguments on the next. */
function isOfTool(record: TelemetryRecord): boolean {
  const kind = record.kind === "span" ? readStep(record)?.step : readLog(record)?.stands;
  return kind === "tool" || kind === "tool.execution";
}

function messagesIn(attributes: PlainMap, spoken: readonly Dialect[]): Content {
  const messages = (
    role: string,
    fields: (content: ContentFields) => { numbered?: Keys; keys?: Keys },
  ): readonly Message[] | undefined =>
    first(spoken, ({ content = {} }) => {
      const { keys = [], numbered = [] } = fields(content);
      for (const family of numbered) {
        const found = readNumbered(attributes, family, role);
        if (found.length > 0) return found;
      }
      for (const key of keys) {
        const found = isRedacted(attributes[key]) ? [] : readMessages(attributes[key], role);
        if (found.length > 0) return found;
      }
      return undefined;
    });
  return present({
    system: messages("system", ({ system }) => ({ keys: system })),
    input: messages("user", ({ input, numberedInput }) => ({
      keys: input,
      numbered: numberedInput,
    })),
    output: messages("assistant", ({ numberedOutput, output }) => ({
      keys: output,
      numbered: numberedOutput,
    })),
  });
}

type Keys = readonly string[] | undefined;

function toolContentIn(attributes: PlainMap, spoken: readonly Dialect[]): Content {
  return present({
    toolArguments: first(spoken, ({ content }) => textAt(attributes, content?.toolArguments)),
    toolResult: first(spoken, ({ content }) => textAt(attributes, content?.toolResult)),
  });
}

function textAt(attributes: PlainMap, keys: ContentFields["toolResult"]): string | undefined {
  for (const key of keys ?? []) {
    const value = attributes[key];
    if (value !== undefined && value !== null && value !== "" && !isRedacted(value))
      return written(value);
  }
  return undefined;
}

const legacy = /^gen_ai\.(system|user|assistant|tool)\.message$|^gen_ai\.choice$/;

/** One event a message, body and all, as the conventions had it before 2026 and Semantic Kernel still does. */
function readLegacyEvent(log: LogRecord): Content | undefined {
  const match = legacy.exec(eventNameOf(log));
  if (match === null) return undefined;
  const role = match[1] ?? "assistant";
  const body = isMap(log.body) && isMap(log.body["message"]) ? log.body["message"] : log.body;
  const messages = readMessages(isMap(body) ? [{ role, ...body }] : body, role);
  if (messages.length === 0) return {};
  return match[1] === undefined ? { output: messages } : { input: messages };
}

/** Claude Code and Codex leave the key in place and blank the value. */
function isRedacted(value: unknown): boolean {
  return value === "<REDACTED>" || value === "[REDACTED]";
}

function first<T>(
  spoken: readonly Dialect[],
  read: (dialect: Dialect) => T | undefined,
): T | undefined {
  for (const dialect of spoken) {
    const found = read(dialect);
    if (found !== undefined) return found;
  }
  return undefined;
}
