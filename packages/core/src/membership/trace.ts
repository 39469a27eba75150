import { Ancestry, type SpanNode } from "./ancestry.ts";
import type { Belonging } from "./belonging.ts";
import { NO_TALLY, type TraceTally } from "./tally.ts";

export interface Entry<Id> {
  readonly id: Id;
  readonly carried: string | undefined;
  readonly door: string | undefined;
  readonly targets: readonly string[];
  readonly trace: Trace<Id>;
  readonly node: SpanNode<Entry<Id>> | undefined;
  belonging: Belonging;
  /** The answer last given by changes(). */
  said: Belonging;
}

export interface Trace<Id> {
  /** Empty for the log records that stand outside any trace: they share nothing but this entry. */
  readonly id: string;
  tally: TraceTally;
  spans: Ancestry<Entry<Id>>;
  entries: Entry<Id>[];
  /** Traces with a link to this one. */
  readonly linkers: Set<Trace<Id>>;
  /** Undefined: no session. Null: several. */
  home: string | null | undefined;
  /** Where a strand's links lead. */
  leads: string | undefined;
  /** Entries from here on have no answer yet. */
  answered: number;
  /** Set when every entry must be asked again. */
  unsettled: boolean;
}

export function emptyTrace<Id>(id: string, canonical: (session: string) => string): Trace<Id> {
  return {
    id,
    tally: NO_TALLY,
    spans: new Ancestry(canonical),
    entries: [],
    linkers: new Set(),
    home: undefined,
    leads: undefined,
    answered: 0,
    unsettled: false,
  };
}
