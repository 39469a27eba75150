import type { SpanRecord, TelemetryRecord } from "../record/record.ts";
import { text } from "./attributes.ts";
import type { Dialect, StepWord } from "./dialect.ts";
import { allTold, first, present, readFields, readSpending } from "./fields.ts";
import { operations } from "./gen-ai.ts";
import type { StepKind } from "../vocabulary.ts";
import type { Reading, StepReading } from "./reading.ts";
import { dialectsOf, matches } from "./registry.ts";

/** What a span stands for; undefined for logs and for spans that are no step of an agent (HTTP, database, internals). */
export function readStep(record: TelemetryRecord): StepReading | undefined {
  if (record.kind !== "span") return undefined;
  const spoken = dialectsOf(record);
  const told = allTold(spoken, (dialect) => dialect.span?.(record));
  const step = told.step ?? stepOf(wordFor(record, spoken), isTop(record));
  if (step === undefined) return undefined;
  const { attributes, status } = record;
  const { cost, usage, ...reading } = {
    ...readFields(attributes, spoken, status.code === "error", status.message),
    ...readSpending(attributes, spoken),
    ...told,
  };
  const spending = present({ usage, cost });
  return present({
    ...reading,
    step,
    name: reading.name ?? nameOf(step, reading),
    outcome: reading.outcome ?? (status.code === "ok" ? "ok" : undefined),
    ...(step === "llm"
      ? spending
      : { around: usage === undefined && cost === undefined ? undefined : spending }),
  });
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

function wordFor(span: SpanRecord, spoken: readonly Dialect[]): StepWord | undefined {
  const word = first(spoken, (dialect) => wordOf(span, dialect));
  return word === undefined ? operationOf(span) : (word ?? undefined);
}

function wordOf(span: SpanRecord, { kinds, steps }: Dialect): StepWord | null | undefined {
  for (const { key, values } of kinds ?? []) {
    const kind = text(span.attributes, key)?.toLowerCase();
    if (kind !== undefined && Object.hasOwn(values, kind)) return values[kind];
  }
  if (steps === undefined) return undefined;
  if (Object.hasOwn(steps, span.name)) return steps[span.name];
  const pattern = Object.keys(steps).find((name) => name.endsWith("*") && matches(name, span.name));
  return pattern === undefined ? undefined : steps[pattern];
}

function operationOf(span: SpanRecord): StepWord | undefined {
  const operation = text(span.attributes, "gen_ai.operation.name");
  if (operation !== undefined && Object.hasOwn(operations, operation)) return operations[operation];
  if (text(span.attributes, "mcp.method.name") !== "tools/call") return undefined;
  return span.spanKind === "server" ? "tool.execution" : "tool";
}

function stepOf(word: StepWord | undefined, top: boolean): StepKind | undefined {
  if (word === "run") return top ? "turn" : "agent";
  if (word === "flow") return top ? "turn" : "action";
  return word;
}

function nameOf(step: StepKind, { agent, model, tool }: Reading): string | undefined {
  if (step === "llm") return model;
  return step === "turn" || step === "agent" ? agent : tool;
}
