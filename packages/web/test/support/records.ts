import { type SessionRecord, sessionTree, type TreeNode } from "@throughline/core/session";

const traceId = "0af7651916cd43dd8448eb211c80319c";
export const began = 1_795_276_707_000_000_000n;
export const hex = (n: number): string => (n + 1).toString(16).padStart(16, "0");
const ns = (ms: number): string => String(began + BigInt(Math.round(ms * 1e6)));

export interface Told {
  readonly id: number;
  readonly under?: number;
  readonly at?: number;
  /** Null while it is open. */
  readonly took?: number | null;
  readonly step?: string | null;
  readonly name?: string;
  readonly error?: boolean;
  readonly attributes?: SessionRecord["attributes"];
  readonly body?: SessionRecord["body"];
  readonly severity?: string;
  readonly service?: string;
}

export function span(told: Told): SessionRecord {
  const { at = 0, error = false, id, took = 1, under } = told;
  return {
    ...log(told),
    kind: "span",
    record_id: `s${id}`,
    span_id: hex(id),
    parent_span_id: under === undefined ? "" : hex(under),
    end_ns: took === null ? null : ns(at + took),
    severity: null,
    status: error ? "error" : "unset",
    body: null,
  };
}

export function log(told: Told): SessionRecord {
  const { at = 0, attributes = {}, body = null, id, name = "", severity = "info" } = told;
  return {
    kind: "log",
    record_id: `l${id}`,
    trace_id: traceId,
    span_id: told.under === undefined ? "" : hex(told.under),
    parent_span_id: "",
    session_id: "s",
    membership: "carried",
    step: told.step ?? null,
    name,
    start_ns: ns(at),
    end_ns: ns(at),
    severity,
    status: null,
    outcome: null,
    service: told.service ?? "shop",
    scope: "",
    attributes,
    body,
    events: [],
    links: [],
  };
}

export function roots(...records: readonly SessionRecord[]): readonly TreeNode[] {
  return sessionTree(records).roots;
}
