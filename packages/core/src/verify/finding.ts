import type { CodeLocation } from "../code-location.ts";

/** Findings are data: reporters print them, the store keeps them, CI counts them. Fields are those of the public JSON. */
export const ruleIds = [
  "C01",
  "C02",
  "C03",
  "C04",
  "C05",
  "C06",
  "C07",
  "C08",
  "C09",
  "C10",
  "C11",
  "C12",
  "C13",
  "C14",
  "C15",
  "C16",
  "C17",
  "C18",
  "C19",
  "C20",
] as const;
export type RuleId = (typeof ruleIds)[number];

export type Level = "violation" | "improvement" | "information";

/** What went wrong with the thread, in one word. */
export type FaultKind =
  | "missing"
  | "split"
  | "clobbered"
  | "orphan"
  | "mismatched"
  | "unclosed"
  | "double counted"
  | "leaking";

export interface Example {
  readonly trace_id: string;
  readonly span_id: string;
  readonly record_id: string;
}

export interface Finding {
  readonly rule: RuleId;
  readonly level: Level;
  readonly fault: FaultKind;
  readonly message: string;
  readonly fix: string;
  readonly service: string;
  readonly scope: string;
  /** The span's or event's name. */
  readonly name: string;
  readonly count: number;
  readonly examples: readonly Example[];
  /** Where the culprit stands in the code, when its emitter says so. */
  readonly code: CodeLocation | null;
}

/** How many findings of each level. */
export type FindingCounts = Readonly<Record<Level, number>>;

/** What one service sent; `calls` and `tools` are its spans of model calls and of tools. */
export interface ServiceTally {
  readonly service: string;
  readonly spans: number;
  readonly logs: number;
  readonly calls: number;
  readonly tools: number;
}

export interface Summary {
  readonly records: number;
  readonly spans: number;
  readonly logs: number;
  readonly sessions: number;
  readonly membership: Readonly<
    Record<"carried" | "inherited" | "joined" | "linked" | "none", number>
  >;
  /** Findings, not records. */
  readonly findings: FindingCounts;
  /** By name; beyond the first thousand under one. */
  readonly services: readonly ServiceTally[];
  /** Records that came after their trace had been decided: checked one by one only. */
  readonly late: number;
  /** Traces decided before everything had arrived, because too many were open at once. */
  readonly decided_early: number;
}

export interface VerifyReport {
  /** Worst first, then by rule and by how often. */
  readonly findings: readonly Finding[];
  readonly summary: Summary;
}
