import type { LogRecord, SpanRecord } from "../record/record.ts";
import type { StepKind } from "../vocabulary.ts";
import type { LogMeaning, LogReading, StepReading } from "./reading.ts";

/**
 * How one emitter speaks.
 *
 * To add one:
 * 1. Write `emitters/<id>.ts` and list it in `registry.ts`: agents and frameworks before the vocabularies that they share.
 * 2. Say only what differs. `session.id`, `gen_ai.*` of both generations, `error.type` and the span's status are read for
 *    everybody by `gen-ai.ts`; most emitters need `recognise`, `steps` and a few `fields`. A function is for what no table says.
 * 3. List every key that a function reads in `keys`: a store may hand over promoted attributes only, and a test checks it.
 * 4. Add records as the emitter really sends them, and what they read as, to the tables in `test/dialects/*.test.ts`; an agent
 *    that runs headless can be recorded (`npm run record:agents`) once its recipe is known.
 */
export interface Dialect {
  /** Kebab case; shown as `dialect` in readings. */
  readonly id: string;
  readonly title: string;
  /** The agent's name, where the product is the agent and need not say so. */
  readonly agent?: string;
  /** Any one match suffices. A trailing `*` matches a prefix. */
  readonly recognise: {
    readonly scopes?: readonly string[];
    readonly services?: readonly string[];
    /** Span and event names. */
    readonly names?: readonly string[];
    /** Attribute keys nobody else uses: their presence is enough. */
    readonly marks?: readonly string[];
  };
  readonly session?: SessionHabits;
  /** Attribute keys by field, best first; tried before those of `gen-ai.ts`. */
  readonly fields?: Fields;
  /** True where the emitter's input count leaves out cache reads and writes, as Anthropic's API does. */
  readonly cacheApart?: boolean;
  /** Span names. A trailing `*` matches a prefix. */
  readonly steps?: Readonly<Record<string, StepWord | null>>;
  /** Attributes that name the kind of span, and their values in lower case. */
  readonly kinds?: readonly KindAttribute[];
  /** Log event names; the name stands in EventName, `event.name` or the body. */
  readonly events?: Readonly<Record<string, LogMeaning | null>>;
  readonly span?: (span: SpanRecord) => Partial<StepReading> | undefined;
  readonly log?: (log: LogRecord) => Partial<LogReading> | undefined;
  readonly content?: ContentFields;
  /** Keys that `span` and `log` read beyond the tables. */
  readonly keys?: readonly string[];
}

export interface KindAttribute {
  readonly key: string;
  readonly values: Readonly<Record<string, StepWord | null>>;
}

/**
 * `run` is an agent at work and `flow` a chain or workflow: at the top of a trace both are a turn, below it an agent or an
 * action. `null` in a table says "no step of ours", where the general layer would see one.
 */
export type StepWord = StepKind | "run" | "flow";

export interface SessionHabits {
  /** Keys of this emitter's own that hold a session id; after the shared list, before the conversation. */
  readonly keys?: readonly string[];
  /** True where a resource-level `session.id` is not the session (VS Code: the editor's window). */
  readonly resourceIsOther?: boolean;
}

export type FieldName =
  | "turn"
  | "conversation"
  | "agent"
  | "agentRun"
  | "parentRun"
  | "model"
  | "provider"
  | "operation"
  | "tool"
  | "callId"
  | "responseId"
  | "requestId"
  | "name"
  | "errorType"
  | "errorMessage"
  | "currency"
  | "costSource"
  | "outcome"
  | "decision"
  | CountName
  | "cost"
  | "durationMs"
  | "success";

export type CountName =
  | "turnIndex"
  | "attempt"
  | "input"
  | "output"
  | "cacheRead"
  | "cacheWrite"
  | "reasoning";

export type Fields = Readonly<Partial<Record<FieldName, readonly string[]>>>;

/** Where message content stands, when it was captured at all. */
export interface ContentFields {
  readonly system?: readonly string[];
  readonly input?: readonly string[];
  readonly output?: readonly string[];
  readonly toolArguments?: readonly string[];
  readonly toolResult?: readonly string[];
  /** Families of numbered keys, `gen_ai.prompt.0.content`: the part before the number. */
  readonly numberedInput?: readonly string[];
  readonly numberedOutput?: readonly string[];
}
