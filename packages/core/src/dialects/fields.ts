import type { PlainMap } from "../record/record.ts";
import type { Outcome } from "../vocabulary.ts";
import { firstAmount, firstCount, firstFlag, firstText } from "./attributes.ts";
import type { Dialect } from "./dialect.ts";
import type { ReadCost, ReadError, Reading, Usage } from "./reading.ts";
import type { Speech } from "./speech.ts";

/** A reading in the making: what is not said is undefined, until `present` leaves it out. */
export type Draft<T> = { -readonly [K in keyof T]: T[K] | undefined };

export function readFields(
  attributes: PlainMap,
  speech: Speech,
  failed: boolean,
  statusMessage: string,
): Draft<Omit<Reading, "usage" | "cost">> & { readonly dialect: string } {
  const { dialects, fields } = speech;
  const error = readError(
    firstText(attributes, fields.errorType),
    firstText(attributes, fields.errorMessage),
    failed,
    statusMessage,
  );
  return {
    dialect: dialects[0]?.id ?? "gen-ai",
    name: firstText(attributes, fields.name),
    turn: firstText(attributes, fields.turn),
    turnIndex: firstCount(attributes, fields.turnIndex),
    conversation: firstText(attributes, fields.conversation),
    agent: firstText(attributes, fields.agent),
    agentRun: firstText(attributes, fields.agentRun),
    parentRun: firstText(attributes, fields.parentRun),
    model: firstText(attributes, fields.model),
    provider: firstText(attributes, fields.provider),
    operation: firstText(attributes, fields.operation),
    tool: firstText(attributes, fields.tool),
    callId: firstText(attributes, fields.callId),
    responseId: firstText(attributes, fields.responseId),
    requestId: firstText(attributes, fields.requestId),
    attempt: firstCount(attributes, fields.attempt),
    decision: firstText(attributes, fields.decision),
    outcome: outcomeIn(attributes, speech, error !== undefined),
    error,
  };
}

export function outcomeIn(
  attributes: PlainMap,
  { fields }: Speech,
  failed: boolean,
): Outcome | undefined {
  return (
    outcomeOf(firstText(attributes, fields.outcome)) ??
    (failed ? "error" : outcomeOfSuccess(firstFlag(attributes, fields.success)))
  );
}

/** Whether there is the type of an error, whatever the status says. */
export function saysError(attributes: PlainMap, { fields }: Speech): boolean {
  return firstText(attributes, fields.errorType) !== undefined;
}

/**
 * Input and output come from one dialect, whose habit about cached tokens then holds; the subsets from whoever has them.
 */
export function readUsage(attributes: PlainMap, { dialects, fields }: Speech): Usage | undefined {
  const teller = dialects.find(
    ({ fields }) =>
      firstCount(attributes, fields?.input) !== undefined ||
      firstCount(attributes, fields?.output) !== undefined,
  );
  if (teller === undefined) return undefined;
  const input = firstCount(attributes, teller.fields?.input);
  const cacheRead = firstCount(attributes, fields.cacheRead);
  const cacheWrite = firstCount(attributes, fields.cacheWrite);
  const apart = teller.cacheApart === true ? (cacheRead ?? 0) + (cacheWrite ?? 0) : 0;
  return present({
    input: input === undefined ? undefined : input + apart,
    output: firstCount(attributes, teller.fields?.output),
    cacheRead,
    cacheWrite,
    reasoning: firstCount(attributes, fields.reasoning),
  });
}

export function readCost(attributes: PlainMap, { fields }: Speech): ReadCost | undefined {
  const amount = firstAmount(attributes, fields.cost);
  if (amount === undefined) return undefined;
  const source = firstText(attributes, fields.costSource);
  return {
    amount,
    // No emitter that reports a bare number reports anything but US dollars.
    currency: firstText(attributes, fields.currency) ?? "USD",
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

export function outcomeOf(said: string | undefined): Outcome | undefined {
  return said === undefined ? undefined : outcomes[said.toLowerCase()];
}

export function outcomeOfSuccess(success: boolean | undefined): Outcome | undefined {
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

/** What the dialects' own functions add, the most believed dialect on top; undefined when none adds anything. */
export function allTold<T extends object>(
  dialects: readonly Dialect[],
  tell: (dialect: Dialect) => Partial<T> | undefined,
): Partial<T> | undefined {
  let all: Partial<T> | undefined;
  for (const dialect of dialects) {
    const told = tell(dialect);
    if (told !== undefined) all = all === undefined ? told : Object.assign({}, told, all);
  }
  return all;
}

type Present<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** A copy without undefined fields. */
export function present<T extends object>(fields: T): Present<T> {
  const kept: Record<string, unknown> = {};
  for (const key in fields) if (fields[key] !== undefined) kept[key] = fields[key];
  return kept as Present<T>;
}
