import type { SpanRecord, TelemetryRecord } from "../record/record.ts";
import { text } from "./attributes.ts";
import type { StepWord } from "./dialect.ts";
import {
  allTold,
  type Draft,
  outcomeIn,
  present,
  readCost,
  readFields,
  readUsage,
  saysError,
} from "./fields.ts";
import { operations } from "./gen-ai.ts";
import type { Outcome, StepKind } from "../vocabulary.ts";
import type { Reading, StepReading } from "./reading.ts";
import { firstMatch } from "./patterns.ts";
import { speechOf, type Speech } from "./speech.ts";

/** What a span stands for; undefined for logs and for spans that are no step of an agent (HTTP, database, internals). */
export function readStep(record: TelemetryRecord): StepReading | undefined {
  if (record.kind !== "span") return undefined;
  const speech = speechOf(record);
  const told = tellsOf(record, speech);
  const step = stepSaid(record, speech, told);
  if (step === undefined) return undefined;
  const { attributes, status } = record;
  const reading = {
    ...readFields(attributes, speech, status.code === "error", status.message),
    usage: readUsage(attributes, speech),
    cost: readCost(attributes, speech),
    ...told,
    step,
  };
  if (step === "turn") reading.agent ??= speech.agent;
  reading.name ??= nameOf(step, reading);
  if (status.code === "ok") reading.outcome ??= "ok";
  const { cost, usage, ...rest } = reading;
  if (step === "llm" || (usage === undefined && cost === undefined)) return present(reading);
  return present({ ...rest, around: present({ usage, cost }) });
}

/** Which step a span is, and no more: the same as its reading says. */
export function readStepKind(span: SpanRecord): StepKind | undefined {
  const speech = speechOf(span);
  return stepSaid(span, speech, tellsOf(span, speech));
}

/** Of a span that is a step: how it ended. The same as its reading says, at a fifth of the price. */
export function readOutcome(span: SpanRecord): Outcome | undefined {
  const speech = speechOf(span);
  const told = tellsOf(span, speech);
  const { attributes, status } = span;
  const failed = status.code === "error";
  return (
    told?.outcome ??
    outcomeIn(attributes, speech, failed || saysError(attributes, speech)) ??
    (status.code === "ok" ? "ok" : undefined)
  );
}

/**
 * The step once the spans above it are known: an agent with no turn and no agent above it is the turn itself. Behind a web
 * server's span the emitter could not know, and a record alone does not say.
 */
export function stepWithin(step: StepKind, above: Iterable<StepKind>): StepKind {
  if (step !== "agent") return step;
  for (const kind of above) if (kind === "turn" || kind === "agent") return "agent";
  return "turn";
}

/** Whether a span stands at the top of what its process did: no parent, or one in another process. */
export function isTop(span: SpanRecord): boolean {
  return span.parentSpanId === "" || span.parentIsRemote === true;
}

/** What the dialects' own functions say of a span. */
function tellsOf(span: SpanRecord, { dialects }: Speech): Partial<StepReading> | undefined {
  return allTold<StepReading>(dialects, (dialect) => dialect.span?.(span));
}

function stepSaid(
  span: SpanRecord,
  speech: Speech,
  told: Partial<StepReading> | undefined,
): StepKind | undefined {
  return told?.step ?? stepOf(wordOf(span, speech), isTop(span));
}

/** `null` in a table is a word too: it says that the span is no step. */
function wordOf(span: SpanRecord, { dialects, steps }: Speech): StepWord | undefined {
  for (const { kinds = [] } of dialects) {
    for (const { key, values } of kinds) {
      const kind = text(span.attributes, key)?.toLowerCase();
      if (kind !== undefined && Object.hasOwn(values, kind)) return values[kind] ?? undefined;
    }
  }
  const word = firstMatch(steps, span.name);
  return word === undefined ? operationOf(span) : (word ?? undefined);
}

function operationOf(span: SpanRecord): StepWord | undefined {
  const operation = text(span.attributes, "gen_ai.operation.name");
  if (operation !== undefined && Object.hasOwn(operations, operation)) return operations[operation];
  if (text(span.attributes, "mcp.method.name") !== "tools/call") return undefined;
  return span.spanKind === "server" ? "tool.execution" : "tool";
}

export function stepOf(word: StepWord | undefined, top: boolean): StepKind | undefined {
  if (word === "run") return top ? "turn" : "agent";
  if (word === "flow") return top ? "turn" : "action";
  return word;
}

export function nameOf(
  step: StepKind,
  { agent, model, tool }: Draft<Pick<Reading, "agent" | "model" | "tool">>,
): string | undefined {
  if (step === "llm") return model;
  return step === "turn" || step === "agent" ? agent : tool;
}
