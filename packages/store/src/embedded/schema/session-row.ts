import type { Summary } from "@throughline/core/session";

/** The columns of `session` that make up a summary, in the order in which the writer binds them. */
export const SUMMARY_COLUMNS = [
  "first",
  "last",
  "latest_start",
  "ended",
  "spans",
  "logs",
  "errors",
  "turns",
  "llm_calls",
  "tool_calls",
  "traces",
  "open",
  "input",
  "output",
  "cache_read",
  "cache_write",
  "reasoning",
  "cost",
  "currency",
  "cost_complete",
  "carried",
  "inherited",
  "joined",
  "linked",
  "longest_tool",
  "longest_tool_us",
  "agent",
  "channel_type",
  "channel_id",
  "services",
  "models",
] as const;

export type SummaryColumn = (typeof SUMMARY_COLUMNS)[number];
type Value = string | number | null;

export function summaryValues(summary: Summary): Value[] {
  const { channel, cost, longestTool, membership, tokens } = summary;
  return [
    summary.first,
    summary.last,
    summary.latestStart,
    summary.ended,
    summary.spans,
    summary.logs,
    summary.errors,
    summary.turns,
    summary.llmCalls,
    summary.toolCalls,
    summary.traces,
    summary.open,
    tokens.input,
    tokens.output,
    tokens.cache_read,
    tokens.cache_write,
    tokens.reasoning,
    cost.amount === null ? null : Math.round(cost.amount * 1e9),
    cost.currency,
    cost.complete ? 1 : 0,
    membership.carried,
    membership.inherited,
    membership.joined,
    membership.linked,
    longestTool?.name ?? null,
    longestTool?.micros ?? null,
    summary.agent,
    channel?.type ?? null,
    channel?.id ?? null,
    JSON.stringify(summary.services),
    JSON.stringify(summary.models),
  ];
}

/** What a row of `session` holds by these names, as node:sqlite gives it. */
export type SummaryRow = Readonly<Record<SummaryColumn, unknown>>;

export function summaryOfRow(row: SummaryRow): Summary {
  const cost = number(row.cost);
  const longest = text(row.longest_tool);
  const channel = { type: text(row.channel_type), id: text(row.channel_id) };
  return {
    first: number(row.first),
    last: number(row.last),
    latestStart: number(row.latest_start),
    ended: number(row.ended),
    spans: count(row.spans),
    logs: count(row.logs),
    errors: count(row.errors),
    turns: count(row.turns),
    llmCalls: count(row.llm_calls),
    toolCalls: count(row.tool_calls),
    traces: count(row.traces),
    open: count(row.open),
    tokens: {
      input: count(row.input),
      output: count(row.output),
      cache_read: count(row.cache_read),
      cache_write: count(row.cache_write),
      reasoning: count(row.reasoning),
    },
    cost: {
      amount: cost === null ? null : cost / 1e9,
      currency: text(row.currency) ?? "USD",
      complete: row.cost_complete === 1,
    },
    agent: text(row.agent),
    channel: channel.type === null && channel.id === null ? null : channel,
    longestTool: longest === null ? null : { name: longest, micros: count(row.longest_tool_us) },
    services: list(row.services),
    models: list(row.models),
    membership: {
      carried: count(row.carried),
      inherited: count(row.inherited),
      joined: count(row.joined),
      linked: count(row.linked),
    },
  };
}

function number(value: unknown): number | null {
  return typeof value === "number" ? value : null;
}

function count(value: unknown): number {
  return typeof value === "number" ? value : 0;
}

function text(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

function list(value: unknown): readonly string[] {
  const parsed: unknown = typeof value === "string" ? JSON.parse(value) : [];
  return Array.isArray(parsed) ? parsed.filter((word) => typeof word === "string") : [];
}
