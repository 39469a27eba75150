import {
  context as contexts,
  propagation,
  ROOT_CONTEXT,
  type Attributes,
  type Context,
  type Span,
} from "@opentelemetry/api";
import { baggageKeys, type Outcome } from "@throughline/core";

import { Place, Turn } from "../handles/handles.ts";
import { perform } from "../handles/perform.ts";
import type { TurnOptions } from "../handles/options.ts";
import { contextOf, identityIn } from "../context/step-context.ts";
import type { Identity } from "../identity.ts";
import { begin, type Ground } from "../step/begin.ts";
import { Step } from "../step/step.ts";
import { claimIngress, ingressSpan } from "./ingress.ts";
import type { SessionMemory } from "./memory.ts";

/** What a session's own handle brings to the work begun from it. */
export type Carried = Pick<
  Identity,
  "agent" | "channel" | "turn" | "agentRun" | "conversationId"
> & {
  /** Work handed over by another process stands below the step there. */
  readonly step?: Step | undefined;
};

interface Opening {
  readonly previousId: string | undefined;
  readonly attributes: Attributes | undefined;
}

/** For `session()` alone: a handle that applications hold has no business opening anything. */
export let openSession: (session: Session, opening: Opening) => void;

/**
 * One session as one caller holds it. Several calls may hold the same session at once (a chat thread opens it for every
 * message); what they share is what the process remembers of it.
 */
export class Session extends Place {
  readonly #memory: SessionMemory;
  readonly #base: Context;
  readonly #ingress: Span | undefined;
  /** The id came from the SDK, so leaving the scope is the end. */
  readonly #minted: boolean;
  protected readonly identity: Identity;
  #home: { readonly root: Span | undefined; readonly context: Context } | undefined;

  static {
    openSession = (session, opening) => session.#open(opening);
  }

  constructor(memory: SessionMemory, carried: Carried, minted = false) {
    super();
    this.#memory = memory;
    this.#minted = minted;
    this.#base = withoutOthers(contexts.active(), memory.id);
    this.#ingress = ingressSpan(memory);
    this.identity = { sessionId: memory.id, session: memory, step: undefined, ...carried };
  }

  get id(): string {
    return this.#memory.id;
  }

  /** Aborted by `abort`, by whoever holds the session: a budget that is used up, a user who left. */
  get signal(): AbortSignal {
    return this.#memory.signal;
  }

  abort(reason?: unknown): void {
    this.#memory.abort(reason);
  }

  /** Where the caller stands, if that is inside this session; else directly under its root. */
  get context(): Context {
    const active = contexts.active();
    return identityIn(active)?.sessionId === this.id ? active : this.#underRoot();
  }

  /** Callback form: the turn ends with the callback. */
  turn<T>(fn: (turn: Turn) => T): T;
  turn<T>(options: TurnOptions, fn: (turn: Turn) => T): T;
  turn<T>(...args: [(turn: Turn) => T] | [TurnOptions, (turn: Turn) => T]): T {
    const [options, fn] = args.length === 1 ? [{}, args[0]] : args;
    return perform(this.startTurn(options), fn);
  }

  startTurn(options: TurnOptions = {}): Turn {
    const memory = this.#memory;
    const ingress = ingressSpan(memory) ?? this.#ingress;
    const { id = crypto.randomUUID(), index = memory.nextTurn, channel } = options;
    const agent = options.agent ?? this.identity.agent;
    memory.nextTurn = Math.max(memory.nextTurn, index + 1);
    const detail = { agent, input: options.input };
    const step = begin(this.ground, "turn", detail, options, {
      turn: { id, index },
      agent,
      channel,
      ingress: ingress?.spanContext(),
    });
    if (ingress !== undefined) claimIngress(ingress, memory);
    return new Turn(step);
  }

  /** The first call ends the session; opening it again begins another stretch. */
  end(outcome: Outcome = "ok"): void {
    this.#end(outcome, undefined);
  }

  fail(error: unknown): void {
    this.#end("error", error);
  }

  cancel(): void {
    this.#end("cancelled", undefined);
  }

  [Symbol.dispose](): void {
    if (this.#minted) this.end();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#minted) this.end();
  }

  protected get ground(): Ground {
    return { identity: this.identity, step: undefined, context: this.#underRoot() };
  }

  /** Inside one of its steps, a session's log stands on that step. */
  protected override get logPlace(): { readonly identity: Identity; readonly context: Context } {
    const { context } = this;
    return { identity: identityIn(context) ?? this.identity, context };
  }

  #underRoot(): Context {
    const root = this.#memory.current?.rootSpan;
    if (this.#home === undefined || this.#home.root !== root) {
      this.#home = { root, context: contextOf(this.#base, this.identity, root) };
    }
    return this.#home.context;
  }

  /** Tells the root, the first time this process opens the session. */
  #open({ previousId, attributes }: Opening): void {
    const memory = this.#memory;
    if (memory.step?.live !== true) memory.step = this.#step(previousId, attributes);
    memory.ended = false;
    if (!memory.opened) {
      memory.opened = true;
      memory.step.open();
    }
    if (this.#ingress !== undefined) claimIngress(this.#ingress, memory);
  }

  #end(outcome: Outcome, error: unknown): void {
    const memory = this.#memory;
    if (memory.ended) return;
    memory.ended = true;
    memory.step ??= this.#step(undefined, undefined);
    memory.step.end(outcome, error);
    // A session is remembered for long: what only its root needed costs the garbage collector more than making it did.
    if (memory.rootTold || !memory.opened) memory.step = undefined;
  }

  #step(previousId: string | undefined, attributes: Attributes | undefined): Step<"session"> {
    const { agent, channel, turn, agentRun, conversationId } = this.identity;
    return new Step({
      kind: "session",
      detail: { agent, channel, previousId },
      session: this.#memory,
      parent: undefined,
      invoker: undefined,
      ingress: this.#ingress?.spanContext(),
      // Remembered for as long as the session is: nothing of the host's may hang on it.
      context: contextOf(ROOT_CONTEXT, this.identity, this.#memory.current?.rootSpan),
      signal: undefined,
      attributes,
      agent,
      channel,
      turn,
      agentRun,
      conversationId,
    });
  }
}

/** Whatever the host keeps in its context goes along; another session's baggage does not. */
function withoutOthers(context: Context, sessionId: string): Context {
  const baggage = propagation.getBaggage(context);
  const carried = baggage?.getEntry(baggageKeys.sessionId)?.value;
  if (baggage === undefined || carried === undefined || carried === sessionId) return context;
  return propagation.setBaggage(context, baggage.removeEntries(...Object.values(baggageKeys)));
}
