import { type CodeLocation, firstInCode } from "../code-location.ts";
import type { Example, Finding, FaultKind, Level, RuleId } from "./finding.ts";
import { worstFirst } from "./order.ts";
import type { Fault, Rule } from "./rule.ts";

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
  readonly #entries = new Map<string, Entry>();
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
    return [...this.#entries.values()]
      .toSorted(worstFirst)
      .map((entry) => Object.freeze({ ...entry, examples: Object.freeze([...entry.examples]) }));
  }

  #entryOf(rule: Rule, fault: Fault, level: Level): Entry {
    const { at, fix, message } = fault;
    const key = keyOf(rule, level, at.service, at.scope, at.name, message);
    const found = this.#entries.get(key);
    if (found !== undefined) return found;
    const sites = this.#sites.get(rule.id) ?? 0;
    const { name, scope, service } =
      sites < SITES_KEPT ? at : { service: "", scope: "", name: BEYOND };
    const entry: Entry = {
      rule: rule.id,
      level,
      fault: fault.fault,
      message,
      fix,
      service,
      scope,
      name,
      count: 0,
      examples: [],
      code: null,
    };
    if (sites < SITES_KEPT) {
      this.#sites.set(rule.id, sites + 1);
      this.#entries.set(key, entry);
      return entry;
    }
    const beyond = keyOf(rule, level, "", "", BEYOND, "");
    const collected = this.#entries.get(beyond);
    if (collected === undefined) this.#entries.set(beyond, entry);
    return collected ?? entry;
  }
}

function keyOf(rule: Rule, ...parts: readonly string[]): string {
  return `${rule.id}\n${parts.join("\n")}`;
}
