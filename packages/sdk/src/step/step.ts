import type { Attributes, Context, Span, SpanContext } from "@opentelemetry/api";
import type { Outcome, StepKind } from "@throughline/core";

import { wallTime } from "../clock.ts";
import { channelsOf, publish, type Channels } from "../hooks/channels.ts";
import type { AgentRun, Channel, Identity, TurnIds } from "../identity.ts";
import type { SessionMemory } from "../session/memory.ts";
import type { Shared } from "../trace/shared.ts";
import type { Trace } from "../trace/trace.ts";
import type { Details } from "./details.ts";
import { isCancellation } from "./failure.ts";
import { stepClosed, stepOpened } from "./open.ts";

// Counted, not random: unique in the process is all that pairing start and end needs, and it costs nothing.
const process = crypto.randomUUID().slice(0, 8);
let calls = 0;

const phaseOf = {
  ok: "success",
  error: "error",
  cancelled: "cancel",
  interrupted: "cancel",
} as const;

export interface StepStart<K extends StepKind> {
  readonly kind: K;
  readonly detail: Details[K];
  readonly session: SessionMemory | undefined;
  readonly parent: Step | undefined;
  readonly turn: TurnIds | undefined;
  readonly agentRun: AgentRun | undefined;
  readonly agent: string | undefined;
  readonly channel: Channel | undefined;
  readonly attributes: Attributes | undefined;
  readonly conversationId: string | undefined;
  readonly signal: AbortSignal | undefined;
  /** The context the step starts in; its own is this one with the step and its span in it. */
  readonly context: Context;
  /** Starts under the session root, linked to whoever asked for it. */
  readonly invoker: Step | undefined;
  /** The span that was active where a turn, or the session, came in. */
  readonly ingress: SpanContext | undefined;
}

/**
 * One piece of an agent's work, from start to end: the payload of every lifecycle event, and what the handles drive.
 * The same object goes through all events of a call.
 */
export class Step<K extends StepKind = StepKind> implements Identity {
  readonly kind: K;
  readonly detail: Details[K];
  readonly session: SessionMemory | undefined;
  readonly parent: Step | undefined;
  readonly turn: TurnIds | undefined;
  readonly agentRun: AgentRun | undefined;
  readonly agent: string | undefined;
  readonly channel: Channel | undefined;
  readonly conversationId: string | undefined;
  readonly invoker: Step | undefined;
  readonly ingress: SpanContext | undefined;
  /** By which steps can be put in the order in which they began. */
  readonly order = (calls += 1);
  /** Milliseconds since the epoch, with fractions. */
  readonly startTime: number;
  /** What the application adds; written on the span, whenever it comes. */
  readonly attributes: Attributes = {};

  /** Set by the tracing plugin; none while tracing is not plugged in. */
  span: Span | undefined;
  trace: Trace | undefined;
  sharedIdentity: Shared | undefined;
  /** Kept by those who list the open ones. */
  place = -1;
  context: Context;

  readonly #channels: Channels;
  readonly #monotonicStart = performance.now();
  #outcome: Outcome | undefined;
  #error: unknown;
  #durationMs: number | undefined;
  #abort: AbortController | undefined;
  #signal: AbortSignal | undefined;
  #outer: AbortSignal | undefined;
  #bornAborted = false;
  #streaming = false;
  #closed = false;
  #onEnd: (() => void) | undefined;

  constructor(start: StepStart<K>) {
    this.startTime = wallTime(this.#monotonicStart);
    this.kind = start.kind;
    this.#channels = channelsOf(start.kind);
    this.detail = start.detail;
    this.session = start.session;
    this.parent = start.parent;
    this.turn = start.turn;
    this.agentRun = start.agentRun;
    this.agent = start.agent;
    this.channel = start.channel;
    this.conversationId = start.conversationId;
    this.invoker = start.invoker;
    this.ingress = start.ingress;
    this.context = start.context;
    this.#outer = start.signal;
    if (start.attributes !== undefined) Object.assign(this.attributes, start.attributes);
  }

  /** Unique for each call, so that whoever listens can pair a start with its end. */
  get callId(): string {
    return `${process}-${this.order.toString(36)}`;
  }

  get sessionId(): string {
    return this.session?.id ?? "";
  }

  /** Itself: a step is the identity of the work below it. */
  get step(): this {
    return this;
  }

  get live(): boolean {
    return this.#durationMs === undefined;
  }

  /** Undefined until somebody says how it went; the first one is believed. */
  get outcome(): Outcome | undefined {
    return this.#outcome;
  }

  get error(): unknown {
    return this.#error;
  }

  /** Undefined while the step is open. */
  get durationMs(): number | undefined {
    return this.#durationMs;
  }

  /** Milliseconds since it was started, ended or not. */
  get age(): number {
    return performance.now() - this.#monotonicStart;
  }

  set(attributes: Attributes): void {
    if (this.#closed) return;
    Object.assign(this.attributes, attributes);
    this.span?.setAttributes(attributes);
  }

  open(): this {
    this.#bornAborted = this.#abortedAbove();
    if (this.#outer !== undefined) this.#obey(this.#outer);
    stepOpened(this);
    publish(this.#channels.start, this);
    return this;
  }

  /** Says how it went, without ending it: an abort is known before the work has wound down. */
  settle(outcome: Outcome, error?: unknown): void {
    if (this.#outcome !== undefined) return;
    this.#outcome = outcome;
    this.#error = error;
  }

  end(outcome: Outcome = "ok", error?: unknown): void {
    if (!this.live) return;
    // What starts after an abort (a last word to the user, a clean-up) is not what was aborted.
    if (!this.#bornAborted && this.#aborted()) this.settle("cancelled");
    this.settle(outcome, error);
    this.#durationMs = Math.max(0, performance.now() - this.#monotonicStart);
    stepClosed(this);
    this.#onEnd?.();
    publish(this.#channels[phaseOf[this.#outcome ?? outcome]], this);
    this.#closed = true;
    publish(this.#channels.end, this);
  }

  /** From here on a stream is being consumed: nobody may ever ask for its next chunk once it is aborted. */
  stream(): void {
    this.#streaming = true;
    if (this.#outer?.aborted === true) this.end();
  }

  fail(error: unknown): void {
    this.end(isCancellation(error, this.#outer) ? "cancelled" : "error", error);
  }

  /** Aborted by this step, by whoever is above it, or by the signal the application passed in. */
  get signal(): AbortSignal {
    if (this.#signal === undefined) {
      this.#abort ??= new AbortController();
      const above = this.parent?.signal ?? this.session?.signal;
      this.#signal = AbortSignal.any(
        [this.#abort.signal, this.#outer, above].filter((signal) => signal !== undefined),
      );
    }
    return this.#signal;
  }

  abort(reason?: unknown): void {
    this.#abort ??= new AbortController();
    this.#abort.abort(reason);
  }

  #aborted(): boolean {
    return (
      this.#abort?.signal.aborted === true || this.#outer?.aborted === true || this.#abortedAbove()
    );
  }

  #abortedAbove(): boolean {
    return this.parent === undefined ? this.session?.aborted === true : this.parent.#aborted();
  }

  /** Listens for as long as the step is open; whose context the abort comes from makes no difference. */
  #obey(signal: AbortSignal): void {
    const aborted = (): void => {
      const timedOut = signal.reason instanceof Error && signal.reason.name === "TimeoutError";
      this.settle(timedOut ? "error" : "cancelled", timedOut ? signal.reason : undefined);
      if (this.#streaming) this.end();
    };
    if (signal.aborted) aborted();
    else {
      signal.addEventListener("abort", aborted, { once: true });
      this.#onEnd = () => signal.removeEventListener("abort", aborted);
    }
  }
}

export function isKind<K extends StepKind>(step: Step, kind: K): step is Step<K> {
  return step.kind === kind;
}
