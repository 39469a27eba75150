import type { Attributes, Context, Span } from "@opentelemetry/api";
import type { Outcome, StepKind } from "@throughline/core";

import type { Identity } from "../identity.ts";
import { begin, type Ground, type Own, type StepOptions } from "../step/begin.ts";
import type { Details, ModelResponse } from "../step/details.ts";
import type { Step } from "../step/step.ts";
import { Ambience } from "./ambience.ts";
import { attempts, isRetried } from "./attempts.ts";
import { decisionOf } from "./decision.ts";
import type {
  ActionOptions,
  AgentOptions,
  ApprovalOptions,
  DetachedSidecarOptions,
  HookOptions,
  LlmOptions,
  RetriedLlmOptions,
  SidecarOptions,
  ToolOptions,
} from "./options.ts";
import { perform } from "./perform.ts";

/**
 * Where steps begin: a session, or any step. Every kind comes in two forms: with a callback, which ends the step however
 * the callback comes to its end, and `start…`, which hands out a handle for the caller to end.
 */
export abstract class Place extends Ambience {
  protected abstract readonly ground: Ground;

  /** With `retry` each attempt is a span of its own, and the answer is always a promise. */
  llm<T>(options: RetriedLlmOptions, fn: (call: LlmCall) => T): Promise<Awaited<T>>;
  llm<T>(options: LlmOptions, fn: (call: LlmCall) => T): T;
  llm<T>(options: LlmOptions | RetriedLlmOptions, fn: (call: LlmCall) => T): unknown {
    const attempt = (each: LlmOptions): T => perform(this.startLlm(each), fn);
    return isRetried(options) ? attempts(options, attempt) : attempt(options);
  }

  startLlm(options: LlmOptions): LlmCall {
    const { provider, model, operation = "chat", request = {}, attempt = 1, retryReason } = options;
    const detail = {
      provider,
      model,
      operation,
      request,
      attempt,
      retryReason,
      input: options.input,
      response: {},
    };
    return new LlmCall(this.#begin("llm", detail, options), this.ground, options);
  }

  tool<T>(options: ToolOptions, fn: (tool: ToolCall) => T): T {
    return perform(this.startTool(options), fn);
  }

  startTool(options: ToolOptions): ToolCall {
    const { name, callId = crypto.randomUUID(), type, description } = options;
    const detail = { name, callId, type, description, arguments: options.arguments };
    return new ToolCall(this.#begin("tool", detail, options));
  }

  /** A sub-agent: the same session, a run of its own. */
  agent<T>(options: AgentOptions, fn: (agent: Agent) => T): T {
    return perform(this.startAgent(options), fn);
  }

  startAgent(options: AgentOptions): Agent {
    const { name, runId = crypto.randomUUID(), input } = options;
    return new Agent(this.#begin("agent", { name, input }, options, { agentRun: { name, runId } }));
  }

  /** Work of any other kind: planning, retrieval, validation. */
  action<T>(options: ActionOptions, fn: (action: Action) => T): T {
    return perform(this.startAction(options), fn);
  }

  startAction(options: ActionOptions): Action {
    const { name, input } = options;
    return new Action(this.#begin("action", { name, input }, options));
  }

  hook<T>(options: HookOptions, fn: (hook: Hook) => T): T {
    return perform(this.startHook(options), fn);
  }

  startHook(options: HookOptions): Hook {
    return new Hook(this.#begin("hook", { name: options.name }, options));
  }

  /** Work on the side: titles, memory, compaction. Detached, its failure is on its span and breaks nothing else. */
  sidecar(options: DetachedSidecarOptions, fn: (sidecar: Sidecar) => unknown): void;
  sidecar<T>(options: SidecarOptions, fn: (sidecar: Sidecar) => T): T;
  sidecar<T>(options: SidecarOptions, fn: (sidecar: Sidecar) => T): unknown {
    const sidecar = this.startSidecar(options);
    if (options.detached !== true) return perform(sidecar, fn);
    // Nobody waits for it, so nobody would catch it either.
    (async () => perform(sidecar, fn))().catch(() => {});
    return undefined;
  }

  startSidecar(options: SidecarOptions): Sidecar {
    const { name, detached = false } = options;
    return new Sidecar(this.#begin("sidecar", { name, detached }, options, { detached }));
  }

  #begin<K extends StepKind>(
    kind: K,
    detail: Details[K],
    options: StepOptions,
    own?: Own,
  ): Step<K> {
    return begin(this.ground, kind, detail, options, own);
  }
}

/** A step in the hands of the application. However often it is told how it ended: the first time counts. */
export abstract class StepHandle<K extends StepKind = StepKind> extends Place {
  /** What lifecycle events carry. */
  readonly step: Step<K>;

  constructor(step: Step<K>) {
    super();
    this.step = step;
  }

  /** None while tracing is not plugged in. */
  get span(): Span | undefined {
    return this.step.span;
  }

  get context(): Context {
    return this.step.context;
  }

  /** Aborted with the step, with whatever it is part of, or by the signal it was given. */
  get signal(): AbortSignal {
    return this.step.signal;
  }

  protected get identity(): Identity | undefined {
    return this.step.session === undefined ? undefined : this.step;
  }

  protected get ground(): Ground {
    return { identity: this.identity, step: this.step, context: this.step.context };
  }

  set(attributes: Attributes): this {
    this.step.set(attributes);
    return this;
  }

  end(outcome: Outcome = "ok"): void {
    this.step.end(outcome);
  }

  fail(error: unknown): void {
    this.step.fail(error);
  }

  cancel(): void {
    this.step.end("cancelled");
  }

  /** Asks the work to stop: its `signal` and those of everything below are aborted. */
  abort(reason?: unknown): void {
    this.step.abort(reason);
  }

  /** `using` can't tell an error from a normal exit: it ends with ok whatever was not failed before. */
  [Symbol.dispose](): void {
    this.step.end();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.step.end();
  }
}

export class Turn extends StepHandle<"turn"> {
  get id(): string {
    return this.step.turn?.id ?? "";
  }

  get index(): number | undefined {
    return this.step.turn?.index;
  }

  output(value: unknown): this {
    this.step.detail.output = value;
    return this;
  }
}

export class LlmCall extends StepHandle<"llm"> {
  readonly #from: Ground;
  readonly #options: LlmOptions;

  constructor(step: Step<"llm">, from: Ground, options: LlmOptions) {
    super(step);
    this.#from = from;
    this.#options = options;
  }

  get attempt(): number {
    return this.step.detail.attempt;
  }

  /** What came back, all at once or as it becomes known. */
  response(response: ModelResponse): this {
    const { detail } = this.step;
    detail.response = { ...detail.response, ...response };
    return this;
  }

  /** For streams the SDK doesn't see; those that the callback returns are timed by themselves. */
  firstChunk(): this {
    this.step.detail.timeToFirstChunkMs ??= this.step.age;
    return this;
  }

  /** Ends this attempt as failed and begins the next one. */
  retry(reason: string, error: unknown = reason): LlmCall {
    this.fail(error);
    const options = { ...this.#options, attempt: this.attempt + 1, retryReason: reason };
    const detail = {
      ...this.step.detail,
      attempt: options.attempt,
      retryReason: reason,
      response: {},
    };
    delete detail.timeToFirstChunkMs;
    return new LlmCall(begin(this.#from, "llm", detail, options), this.#from, options);
  }
}

export class ToolCall extends StepHandle<"tool"> {
  get callId(): string {
    return this.step.detail.callId;
  }

  result(value: unknown): this {
    this.step.detail.result = value;
    return this;
  }

  /** The wait for somebody's consent. What the callback returns is taken as the decision if it says one. */
  approval<T>(options: ApprovalOptions, fn: (approval: Approval) => T): T {
    const approval = this.startApproval(options);
    return perform(approval, fn, (value) => approval.decide(decisionOf(value)));
  }

  startApproval(options: ApprovalOptions = {}): Approval {
    const { name: tool, callId } = this.step.detail;
    const detail = { tool, callId, source: options.source };
    return new Approval(begin(this.ground, "tool.approval", detail, options));
  }

  /** The tool itself at work, without validation and approval. */
  execution<T>(fn: (execution: Execution) => T): T {
    return perform(this.startExecution(), fn);
  }

  startExecution(options: StepOptions = {}): Execution {
    const { name: tool, callId } = this.step.detail;
    return new Execution(begin(this.ground, "tool.execution", { tool, callId }, options));
  }
}

export class Approval extends StepHandle<"tool.approval"> {
  decide(decision: string | undefined): this {
    if (decision !== undefined) this.step.detail.decision ??= decision;
    return this;
  }
}

export class Agent extends StepHandle<"agent"> {
  get runId(): string {
    return this.step.agentRun?.runId ?? "";
  }

  output(value: unknown): this {
    this.step.detail.output = value;
    return this;
  }
}

export class Action extends StepHandle<"action"> {
  output(value: unknown): this {
    this.step.detail.output = value;
    return this;
  }
}

export class Execution extends StepHandle<"tool.execution"> {}
export class Hook extends StepHandle<"hook"> {}
export class Sidecar extends StepHandle<"sidecar"> {}
