import type { CostSource, Outcome, StepKind } from "../vocabulary.ts";

/**
 * What a span or a log event says once its emitter's words are translated into ours.
 *
 * Every field but `step` (or `stands`) and `dialect` is absent when the record does not say: a reading never guesses a model,
 * a count or an outcome.
 */

/** `input` includes cached tokens and `output` includes reasoning, whatever the emitter's own habit; the rest are subsets. */
export interface Usage {
  readonly input?: number;
  readonly output?: number;
  readonly cacheRead?: number;
  readonly cacheWrite?: number;
  readonly reasoning?: number;
}

export interface ReadCost {
  readonly amount: number;
  /** ISO 4217. */
  readonly currency: string;
  readonly source: CostSource;
}

export interface ReadError {
  /** `error.type` or what stands for it: low cardinality. */
  readonly type?: string;
  readonly message?: string;
}

/** What spans and log events have in common. */
export interface Reading {
  /** The id of the dialect that was understood first: `claude-code`, `openinference`, ... or `gen-ai`. */
  readonly dialect: string;
  /** What a tree shows for it: the tool, model, agent or hook. Absent when the record's own name serves best. */
  readonly name?: string;
  readonly turn?: string;
  readonly turnIndex?: number;
  /** A real conversation or thread id of the provider or application. Not the session: see sessionKeyOf. */
  readonly conversation?: string;
  readonly agent?: string;
  readonly agentRun?: string;
  readonly parentRun?: string;
  /** The model that answered, else the one that was asked for. */
  readonly model?: string;
  readonly provider?: string;
  readonly operation?: string;
  readonly tool?: string;
  /** The tool call's own id; equal on the span and the log event of one call. */
  readonly callId?: string;
  /** The provider's id of the response; equal on the span and the log event of one call. */
  readonly responseId?: string;
  /** The provider's or client's id of the request; equal on the span and the log event of one call. */
  readonly requestId?: string;
  readonly attempt?: number;
  /** What was decided about a tool call, in the emitter's own word. */
  readonly decision?: string;
  /** Of a model call: the only usage and cost to add up. */
  readonly usage?: Usage;
  readonly cost?: ReadCost;
  readonly outcome?: Outcome;
  readonly error?: ReadError;
}

export interface StepReading extends Reading {
  readonly step: StepKind;
  /** What a span around model calls says of all of them together. Never add it up: the calls below are counted. */
  readonly around?: { readonly usage?: Usage; readonly cost?: ReadCost };
}

/**
 * What a log event stands for. `llm` and `tool` are whole calls, told at their end; they may repeat a span,
 * which then has the same response, request or call id, or is the span the event stands on. `prompt` is what a user said and so opens a turn where no turn span exists; `span.start` announces a span still open.
 */
export type LogMeaning =
  | "session.start"
  | "session.end"
  | "prompt"
  | "answer"
  | "llm"
  | "tool"
  | "agent"
  | "approval"
  | "compaction"
  | "delegation"
  | "span.start";

export interface LogReading extends Reading {
  readonly stands: LogMeaning;
  /** When the call began and ended, where the event gives a duration; otherwise both are the event's time. */
  readonly startNs: bigint;
  readonly endNs: bigint;
}
