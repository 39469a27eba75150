import type {
  PlainMap,
  PlainValue,
  SpanKindName,
  SpanRecord,
  StatusName,
} from "../record/record.ts";
import { amountOf, countOf, flagOf, textOf } from "./attributes.ts";
import type { FieldName, StepWord } from "./dialect.ts";
import { outcomeOf, outcomeOfSuccess } from "./fields.ts";
import { operations } from "./gen-ai.ts";
import { firstMatch } from "./patterns.ts";
import { nameOf, readStep, stepOf } from "./read-step.ts";
import type { ReadCost, StepReading, Usage } from "./reading.ts";
import { hear, marks, speechOfAll, spokenFrom, spokenUnder, type Speech } from "./speech.ts";

/** What a store keeps of a step in columns: some fields of the reading that readStep gives. */
export interface StepRow {
  readonly step: StepReading["step"];
  readonly name: string | undefined;
  readonly agent: string | undefined;
  readonly model: string | undefined;
  readonly provider: string | undefined;
  readonly operation: string | undefined;
  readonly tool: string | undefined;
  readonly outcome: StepReading["outcome"] | undefined;
  readonly usage: Usage | undefined;
  readonly cost: ReadCost | undefined;
}

/** Where spans come from: what they share is looked up once. */
export interface RowPlace {
  readonly scope: string;
  readonly service: string | undefined;
  /** Dialects by their place in the registry. */
  readonly spoken: readonly number[];
  readonly spokenUnder: Map<string, readonly number[]>;
}

export interface RowSpan {
  readonly name: string;
  readonly spanKind: SpanKindName;
  readonly status: StatusName;
  /** Empty for a root. */
  readonly parentSpanId: string;
  readonly parentIsRemote: boolean | undefined;
}

/** An attribute's value by the place of its key among the reader's. */
export type RowValues = readonly (PlainValue | undefined)[];

export interface RowReader {
  place(scope: string, service: string | undefined): RowPlace;
  step(place: RowPlace, span: RowSpan, values: RowValues): StepRow | undefined;
}

/** Names that a place remembers the dialects of; a stranger may invent them. */
const NAMES_KEPT = 1_000;

/**
 * readStep for a store's way in, where a span may cost a microsecond: attributes come by position, and every key was looked up
 * before. It says the same, which a test holds it to. Dialects with a function of their own are read by readStep itself.
 */
export function createRowReader(keys: readonly string[]): RowReader {
  const positions = new Map(keys.map((key, index) => [key, index]));
  const marked = marks.flatMap(([key, dialect]) => {
    const index = positions.get(key);
    return index === undefined ? [] : [{ index, dialect }];
  });
  const prepared = new WeakMap<Speech, RowSpeech>();

  function speechOf(place: RowPlace, name: string, values: RowValues): RowSpeech {
    const shared = sharedBy(place, name);
    let spoken: number[] | undefined;
    for (const { dialect, index } of marked)
      if (values[index] !== undefined) hear((spoken ??= [...shared]), dialect);
    const speech = speechOfAll(spoken ?? [...shared]);
    let known = prepared.get(speech);
    if (known === undefined) prepared.set(speech, (known = prepare(speech, positions)));
    return known;
  }

  return {
    place: (scope, service) => ({
      scope,
      service,
      spoken: spokenFrom(scope, service),
      spokenUnder: new Map(),
    }),
    step(place, span, values) {
      const speech = speechOf(place, span.name, values);
      if (speech.direct) return readRow(speech, span, values);
      const reading = readStep(recordOf(place, span, keys, values));
      return reading && rowOf(reading);
    },
  };
}

function sharedBy({ spoken, spokenUnder: known }: RowPlace, name: string): readonly number[] {
  let shared = known.get(name);
  if (shared === undefined) {
    const all = [...spoken];
    for (const dialect of spokenUnder(name)) hear(all, dialect);
    shared = all;
    if (known.size < NAMES_KEPT) known.set(name, shared);
  }
  return shared;
}

const rowFields = [
  "name",
  "agent",
  "model",
  "provider",
  "operation",
  "tool",
  "outcome",
  "success",
  "errorType",
  "cacheRead",
  "cacheWrite",
  "reasoning",
  "cost",
  "costSource",
  "currency",
] as const satisfies readonly FieldName[];
type RowField = (typeof rowFields)[number];

/** A speech whose keys are positions. */
interface RowSpeech {
  readonly speech: Speech;
  /** No dialect of it has a function: tables say everything. */
  readonly direct: boolean;
  readonly fields: Readonly<Record<RowField, readonly number[]>>;
  readonly kinds: readonly {
    readonly index: number;
    readonly values: Readonly<Record<string, StepWord | null>>;
  }[];
  readonly spenders: readonly {
    readonly input: readonly number[];
    readonly output: readonly number[];
    readonly cacheApart: boolean;
  }[];
  readonly operation: number;
  readonly mcpMethod: number;
}

function prepare(speech: Speech, positions: ReadonlyMap<string, number>): RowSpeech {
  const at = (keys: readonly string[] = []): readonly number[] =>
    keys.map((key) => positions.get(key)).filter((index) => index !== undefined);
  const fields = Object.fromEntries(
    rowFields.map((field) => [field, at(speech.fields[field])]),
  ) as Record<RowField, readonly number[]>;
  return {
    speech,
    direct: speech.dialects.every(({ span }) => span === undefined),
    fields,
    kinds: speech.dialects.flatMap(({ kinds = [] }) =>
      kinds.map(({ key, values }) => ({ index: positions.get(key) ?? -1, values })),
    ),
    spenders: speech.dialects.map(({ cacheApart = false, fields }) => ({
      input: at(fields?.input),
      output: at(fields?.output),
      cacheApart,
    })),
    operation: positions.get("gen_ai.operation.name") ?? -1,
    mcpMethod: positions.get("mcp.method.name") ?? -1,
  };
}

function readRow(row: RowSpeech, span: RowSpan, values: RowValues): StepRow | undefined {
  const top = span.parentSpanId === "" || span.parentIsRemote === true;
  const step = stepOf(wordOf(row, span, values), top);
  if (step === undefined) return undefined;
  const { fields } = row;
  const failed = span.status === "error" || first(values, fields.errorType, textOf) !== undefined;
  const model = first(values, fields.model, textOf);
  const tool = first(values, fields.tool, textOf);
  const agent =
    first(values, fields.agent, textOf) ?? (step === "turn" ? row.speech.agent : undefined);
  return {
    step,
    name: first(values, fields.name, textOf) ?? nameOf(step, { agent, model, tool }),
    agent,
    model,
    provider: first(values, fields.provider, textOf),
    operation: first(values, fields.operation, textOf),
    tool,
    outcome:
      outcomeOf(first(values, fields.outcome, textOf)) ??
      (failed ? "error" : outcomeOfSuccess(first(values, fields.success, flagOf))) ??
      (span.status === "ok" ? "ok" : undefined),
    usage: step === "llm" ? usageOf(row, values) : undefined,
    cost: step === "llm" ? costOf(row, values) : undefined,
  };
}

function wordOf(row: RowSpeech, span: RowSpan, values: RowValues): StepWord | undefined {
  for (const { index, values: words } of row.kinds) {
    const kind = textOf(values[index])?.toLowerCase();
    if (kind !== undefined && Object.hasOwn(words, kind)) return words[kind] ?? undefined;
  }
  const word = firstMatch(row.speech.steps, span.name);
  if (word !== undefined) return word ?? undefined;
  const operation = textOf(values[row.operation]);
  if (operation !== undefined && Object.hasOwn(operations, operation)) return operations[operation];
  if (textOf(values[row.mcpMethod]) !== "tools/call") return undefined;
  return span.spanKind === "server" ? "tool.execution" : "tool";
}

function usageOf({ fields, spenders }: RowSpeech, values: RowValues): Usage | undefined {
  for (const { cacheApart, input: inputs, output: outputs } of spenders) {
    const input = first(values, inputs, countOf);
    const output = first(values, outputs, countOf);
    if (input === undefined && output === undefined) continue;
    const cacheRead = first(values, fields.cacheRead, countOf);
    const cacheWrite = first(values, fields.cacheWrite, countOf);
    const reasoning = first(values, fields.reasoning, countOf);
    const apart = cacheApart ? (cacheRead ?? 0) + (cacheWrite ?? 0) : 0;
    return {
      ...(input !== undefined && { input: input + apart }),
      ...(output !== undefined && { output }),
      ...(cacheRead !== undefined && { cacheRead }),
      ...(cacheWrite !== undefined && { cacheWrite }),
      ...(reasoning !== undefined && { reasoning }),
    };
  }
  return undefined;
}

function costOf({ fields }: RowSpeech, values: RowValues): ReadCost | undefined {
  const amount = first(values, fields.cost, amountOf);
  if (amount === undefined) return undefined;
  const source = first(values, fields.costSource, textOf);
  return {
    amount,
    currency: first(values, fields.currency, textOf) ?? "USD",
    source: source === "priced" || source === "local" ? "priced" : "reported",
  };
}

function first<T>(
  values: RowValues,
  positions: readonly number[],
  read: (value: PlainValue | undefined) => T | undefined,
): T | undefined {
  for (const position of positions) {
    const value = values[position];
    if (value === undefined) continue;
    const found = read(value);
    if (found !== undefined) return found;
  }
  return undefined;
}

function rowOf(reading: StepReading): StepRow {
  return {
    step: reading.step,
    name: reading.name,
    agent: reading.agent,
    model: reading.model,
    provider: reading.provider,
    operation: reading.operation,
    tool: reading.tool,
    outcome: reading.outcome,
    usage: reading.usage,
    cost: reading.cost,
  };
}

const NO_ATTRIBUTES: PlainMap = Object.freeze(Object.create(null));

function recordOf(
  { scope, service }: RowPlace,
  span: RowSpan,
  keys: readonly string[],
  values: RowValues,
): SpanRecord {
  const attributes: Record<string, PlainValue> = Object.create(null);
  for (const [index, key] of keys.entries()) {
    const value = values[index];
    if (value !== undefined) attributes[key] = value;
  }
  const resource: Record<string, PlainValue> = Object.create(null);
  if (service !== undefined) resource["service.name"] = service;
  return {
    kind: "span",
    traceId: "",
    spanId: "",
    parentSpanId: span.parentSpanId,
    parentIsRemote: span.parentIsRemote,
    name: span.name,
    spanKind: span.spanKind,
    startNs: 0n,
    endNs: 0n,
    status: { code: span.status, message: "" },
    attributes,
    events: [],
    links: [],
    resource: { attributes: resource },
    scope: { name: scope, version: "", attributes: NO_ATTRIBUTES },
  };
}
