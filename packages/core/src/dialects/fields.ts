import type { PlainMap } from "../record/record.ts";
import { firstAmount, firstCount, firstFlag, firstText } from "./attributes.ts";
import type { CountName, Dialect, FieldName } from "./dialect.ts";
import type { Outcome } from "../vocabulary.ts";
import type { ReadCost, ReadError, Reading, Usage } from "./reading.ts";

type Spoken = readonly Dialect[];

/** Fills every field from the first dialect that has it. */
export function readFields(
  attributes: PlainMap,
  spoken: Spoken,
  failed: boolean,
  statusMessage: string,
): Reading {
  const word = (field: FieldName): string | undefined =>
    first(spoken, (dialect) => firstText(attributes, dialect.fields?.[field]));
  const number = (field: CountName): number | undefined =>
    first(spoken, (dialect) => firstCount(attributes, dialect.fields?.[field]));

  const tool = word("tool");
  const agent = word("agent");
  const model = word("model");
  const error = readError(word("errorType"), word("errorMessage"), failed, statusMessage);
  return present({
    dialect: spoken[0]?.id ?? "gen-ai",
    name: word("name"),
    turn: word("turn"),
    turnIndex: number("turnIndex"),
    conversation: word("conversation"),
    agent,
    agentRun: word("agentRun"),
    parentRun: word("parentRun"),
    model,
    provider: word("provider"),
    operation: word("operation"),
    tool,
    callId: word("callId"),
    responseId: word("responseId"),
    requestId: word("requestId"),
    attempt: number("attempt"),
    outcome: readOutcome(attributes, spoken, word("outcome"), error !== undefined),
    error,
  });
}

export interface Spending {
  readonly usage?: Usage;
  readonly cost?: ReadCost;
}

export function readSpending(attributes: PlainMap, spoken: Spoken): Spending {
  return present({
    usage: readUsage(attributes, spoken),
    cost: readCost(attributes, spoken),
  });
}

/**
 * Input and output come from one dialect, whose habit about cached tokens then holds; the subsets from whoever has them.
 */
function readUsage(attributes: PlainMap, spoken: Spoken): Usage | undefined {
  const teller = spoken.find(
    ({ fields }) =>
      firstCount(attributes, fields?.input) !== undefined ||
      firstCount(attributes, fields?.output) !== undefined,
  );
  if (teller === undefined) return undefined;
  const subset = (field: CountName): number | undefined =>
    first(spoken, ({ fields }) => firstCount(attributes, fields?.[field]));
  const input = firstCount(attributes, teller.fields?.input);
  const cacheRead = subset("cacheRead");
  const cacheWrite = subset("cacheWrite");
  const apart = teller.cacheApart === true ? (cacheRead ?? 0) + (cacheWrite ?? 0) : 0;
  return present({
    input: input === undefined ? undefined : input + apart,
    output: firstCount(attributes, teller.fields?.output),
    cacheRead,
    cacheWrite,
    reasoning: subset("reasoning"),
  });
}

function readCost(attributes: PlainMap, spoken: Spoken): ReadCost | undefined {
  const amount = first(spoken, (dialect) => firstAmount(attributes, dialect.fields?.cost));
  if (amount === undefined) return undefined;
  const source = first(spoken, (dialect) => firstText(attributes, dialect.fields?.costSource));
  const currency = first(spoken, (dialect) => firstText(attributes, dialect.fields?.currency));
  return {
    amount,
    // No emitter that reports a bare number reports anything but US dollars.
    currency: currency ?? "USD",
    source: source === "priced" || source === "local" ? "priced" : "reported",
  };
}

const outcomes: Readonly<Record<string, Outcome>> = Object.assign(Object.create(null), {
  ok: "ok",
  error: "error",
  cancelled: "cancelled",
  interrupted: "interrupted",
  // Words of other emitters.
  success: "ok",
  failure: "error",
  failed: "error",
  canceled: "cancelled",
  cancel: "cancelled",
  aborted: "cancelled",
});

function readOutcome(
  attributes: PlainMap,
  spoken: Spoken,
  said: string | undefined,
  failed: boolean,
): Outcome | undefined {
  const outcome = said === undefined ? undefined : outcomes[said.toLowerCase()];
  if (outcome !== undefined) return outcome;
  if (failed) return "error";
  const success = first(spoken, (dialect) => firstFlag(attributes, dialect.fields?.success));
  return success === undefined ? undefined : success ? "ok" : "error";
}

function readError(
  type: string | undefined,
  message: string | undefined,
  failed: boolean,
  statusMessage: string,
): ReadError | undefined {
  if (!failed && type === undefined) return undefined;
  return present({ type, message: message ?? (statusMessage === "" ? undefined : statusMessage) });
}

export function first<T>(spoken: Spoken, read: (dialect: Dialect) => T | undefined): T | undefined {
  for (const dialect of spoken) {
    const found = read(dialect);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** What the dialects' own functions add, the most believed dialect on top. */
export function allTold<T extends object>(
  spoken: Spoken,
  tell: (dialect: Dialect) => T | undefined,
): Partial<T> {
  const all: Partial<T> = {};
  for (const dialect of spoken.toReversed()) Object.assign(all, tell(dialect));
  return all;
}

type Present<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** The same object without its undefined fields. */
export function present<T extends object>(fields: T): Present<T> {
  for (const key of Object.keys(fields)) {
    if (Reflect.get(fields, key) === undefined) Reflect.deleteProperty(fields, key);
  }
  return fields;
}
