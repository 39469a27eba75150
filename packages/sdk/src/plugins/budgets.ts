import type { Attributes, Context } from "@opentelemetry/api";
import { attr, eventNames, type BudgetKind, type BudgetScope } from "@throughline/core";

import { sayOnce } from "../health.ts";
import type { Plugin } from "../hooks/plugin.ts";
import { identityAttributes, type Identity } from "../identity.ts";
import { emit } from "../log/emit.ts";
import type { SessionMemory } from "../session/memory.ts";
import { isKind, type Step } from "../step/step.ts";
import type { Price } from "./prices.ts";

export interface Limits {
  readonly usd?: number;
  readonly toolCalls?: number;
  /** Input and output together, cached tokens included. */
  readonly tokens?: number;
}

export interface BudgetOptions {
  /** For a whole session, as far as this process sees it. */
  readonly session?: Limits;
  /** For each turn; background work that a turn started is the session's. */
  readonly turn?: Limits;
  /** For calls that no `cost()` has priced before. */
  readonly price?: Price;
}

/** Why work was aborted: the `reason` of the signal. */
export class BudgetExceeded extends Error {
  override readonly name = "BudgetExceeded";
  readonly kind: BudgetKind;
  readonly scope: BudgetScope;
  readonly limit: number;
  readonly spent: number;

  constructor(scope: BudgetScope, kind: BudgetKind, limit: number, spent: number) {
    super(`this ${scope} may use ${limit} ${words[kind]} and has used ${spent}`);
    this.scope = scope;
    this.kind = kind;
    this.limit = limit;
    this.spent = spent;
  }
}

const words: { readonly [kind in BudgetKind]: string } = {
  usd: "US dollars",
  tool_calls: "tool calls",
  tokens: "tokens",
};

type Spent = { [kind in BudgetKind]: number };

/**
 * What a session, or a turn, may use. Over it, an event says so, the span that used it up is marked, and the `signal` of the
 * session or turn is aborted with a `BudgetExceeded`. Nothing is killed: work stops as far as it listens to its signal.
 *
 * ```ts
 * use(budgets({ session: { usd: 5 }, turn: { toolCalls: 30, tokens: 400_000 } }));
 * ```
 */
export function budgets(options: BudgetOptions): Plugin {
  const bySession = new WeakMap<SessionMemory, Spent>();
  const byTurn = new WeakMap<SessionMemory, Map<string, Spent>>();
  const limits = { session: limitsOf(options.session), turn: limitsOf(options.turn) };
  const inDollars = [options.session, options.turn].some((asked) => asked?.usd !== undefined);

  function spend(what: Partial<Spent>, by: Identity, mark: (attributes: Attributes) => void): void {
    const { session, turn, step } = by;
    if (session === undefined) return;
    const exceed = (scope: BudgetScope, spent: Spent): void => {
      for (const [kind, limit] of limits[scope]) {
        const before = spent[kind];
        spent[kind] += what[kind] ?? 0;
        // Once: what comes after is over the budget too.
        if (before > limit || spent[kind] <= limit) continue;
        const reason = new BudgetExceeded(scope, kind, limit, spent[kind]);
        tell(reason, by, step?.context, mark);
        if (scope === "session") session.abort(reason);
        else (turnOf(step) ?? step)?.abort(reason);
      }
    };
    exceed("session", entry(bySession, session, nothingSpent));
    if (turn === undefined) return;
    const turns = entry(byTurn, session, () => new Map<string, Spent>());
    exceed("turn", entry(turns, turn.id, nothingSpent));
  }

  return {
    name: "budgets",
    on: {
      "model:call": (call) => {
        const { identity, usage } = call;
        if (identity === undefined) return;
        const usd = call.usd ?? options.price?.(call);
        if (usd === undefined && inDollars) {
          sayOnce(
            `no price for ${call.model}`,
            () => `the budget in dollars does not count ${call.model}: it has no price`,
          );
        }
        const tokens = (usage.inputTokens ?? 0) + (usage.outputTokens ?? 0);
        spend({ tokens, usd: usd ?? 0 }, identity, (attributes) => call.set(attributes));
      },
      "tool:start": (step) => spend({ tool_calls: 1 }, step, (attributes) => step.set(attributes)),
      "turn:end": ({ session, turn }) => {
        if (session !== undefined && turn !== undefined) byTurn.get(session)?.delete(turn.id);
      },
    },
  };
}

function limitsOf({ usd, toolCalls, tokens }: Limits = {}): [BudgetKind, number][] {
  return [
    ...(usd === undefined ? [] : [["usd", usd] satisfies [BudgetKind, number]]),
    ...(toolCalls === undefined ? [] : [["tool_calls", toolCalls] satisfies [BudgetKind, number]]),
    ...(tokens === undefined ? [] : [["tokens", tokens] satisfies [BudgetKind, number]]),
  ];
}

function nothingSpent(): Spent {
  return { usd: 0, tool_calls: 0, tokens: 0 };
}

function turnOf(step: Step | undefined): Step | undefined {
  let at = step;
  while (at !== undefined && !isKind(at, "turn")) at = at.parent;
  return at;
}

const warning = 13;

function tell(
  { kind, scope, limit, spent, message }: BudgetExceeded,
  identity: Identity,
  context: Context | undefined,
  mark: (attributes: Attributes) => void,
): void {
  const attributes = {
    [attr.budgetKind]: kind,
    [attr.budgetScope]: scope,
    [attr.budgetLimit]: limit,
    [attr.budgetSpent]: spent,
  };
  mark(attributes);
  if (context === undefined) return;
  emit(
    {
      eventName: eventNames.budgetExceeded,
      severityNumber: warning,
      severityText: "WARN",
      body: message,
      attributes: { ...identityAttributes(identity, "log"), ...attributes },
      context,
    },
    identity,
  );
}

function entry<K extends object | string, V>(
  map: { get(key: K): V | undefined; set(key: K, value: V): unknown },
  key: K,
  make: () => V,
): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
