import { type CodeLocation, firstInCode } from "../code-location.ts";
import { maskSecrets } from "../secrets.ts";
import type { Example, Finding, FaultKind, Level, RuleId } from "./finding.ts";
import { worstFirst } from "./order.ts";
import type { Culprit, Fault, Rule } from "./rule.ts";

const EXAMPLES_KEPT = 5;
/** Span names with ids in them would otherwise make a finding a record; what is beyond is counted under one name. */
const SITES_KEPT = 500;
const BEYOND = "(further names)";

interface Entry {
  readonly rule: RuleId;
  readonly level: Level;
  readonly fault: FaultKind;
  readonly message: string;
  readonly fix: string;
  readonly service: string;
  readonly scope: string;
  readonly name: string;
  count: number;
  readonly examples: Example[];
  code: CodeLocation | null;
}

/** Findings as they grow: one for each rule, site and kind of fault. */
export class Ledger {
  readonly #levels: { readonly [rule in RuleId]?: Level | "off" };
  readonly #entries: Entry[] = [];
  /** By sentence, then by name, of which there are many. No key is put together: whoever breaks a rule breaks it all the time. */
  readonly #found = new Map<string, Map<string, Entry[]>>();
  readonly #beyond = new Map<string, Entry>();
  readonly #sites = new Map<RuleId, number>();

  constructor(levels: { readonly [rule in RuleId]?: Level | "off" }) {
    this.#levels = levels;
  }

  add(rule: Rule, fault: Fault): void {
    const level = this.#levels[rule.id] ?? fault.level ?? rule.level;
    if (level === "off") return;
    const entry = this.#entryOf(rule, fault, level);
    const { at } = fault;
    entry.count++;
    if (at.code !== null) entry.code = firstInCode(entry.code, at.code);
    if (entry.examples.length < EXAMPLES_KEPT)
      entry.examples.push({
        trace_id: at.traceId,
        span_id: at.spanId,
        record_id: at.recordId,
      });
  }

  findings(): readonly Finding[] {
    return this.#entries.toSorted(worstFirst).map(asFinding);
  }

  #entryOf(rule: Rule, { at, fault, fix, message }: Fault, level: Level): Entry {
    const found = this.#found
      .get(message)
      ?.get(at.name)
      ?.find((entry) => entry.rule === rule.id && entry.level === level && isOf(entry, at));
    if (found !== undefined) return found;
    const sites = this.#sites.get(rule.id) ?? 0;
    const isBeyond = sites >= SITES_KEPT;
    const key = `${rule.id} ${level}`;
    const collected = isBeyond ? this.#beyond.get(key) : undefined;
    if (collected !== undefined) return collected;
    const { name, scope, service } = isBeyond ? { service: "", scope: "", name: BEYOND } : at;
    const entry: Entry = {
      rule: rule.id,
      level,
      fault,
      message,
      fix,
      service,
      scope,
      name,
      count: 0,
      examples: [],
      code: null,
    };
    this.#entries.push(entry);
    if (isBeyond) this.#beyond.set(key, entry);
    else {
      this.#sites.set(rule.id, sites + 1);
      this.#remember(entry);
    }
    return entry;
  }

  #remember(entry: Entry): void {
    let names = this.#found.get(entry.message);
    if (names === undefined) this.#found.set(entry.message, (names = new Map()));
    const entries = names.get(entry.name);
    if (entries === undefined) names.set(entry.name, [entry]);
    else entries.push(entry);
  }
}

function isOf({ scope, service }: Entry, at: Culprit): boolean {
  return scope === at.scope && service === at.service;
}

/** Reports go where telemetry does not: a secret in a name must not leak on with them. */
function asFinding(entry: Entry): Finding {
  return Object.freeze({
    ...entry,
    message: maskSecrets(entry.message),
    name: maskSecrets(entry.name),
    examples: Object.freeze([...entry.examples]),
  });
}
