import { hash } from "node:crypto";

import type { SpanContext } from "@opentelemetry/api";
import type { RootContext } from "@throughline/core";

import type { Channel } from "../identity.ts";
import { currentSettings, type TraceShape } from "../settings.ts";
import type { Step } from "../step/step.ts";
import { Trace } from "../trace/trace.ts";

/**
 * What this process remembers of a session between the calls that continue it: where its root is, what the sampler said,
 * how many turns there were. Never who is current: that stands in the context alone.
 */
export class SessionMemory {
  readonly id: string;
  /** The ids every process derives for the root. */
  readonly derived: RootContext;
  agent: string | undefined;
  channel: Channel | undefined;
  conversationId: string | undefined;
  traces: TraceShape = currentSettings().traces;

  /** Opened in this process, so that the root is ours to tell; not so when it was only resumed. */
  opened = false;
  rootTold = false;
  /** The stretch that is open now. */
  step: Step<"session"> | undefined;
  /** The last stretch was ended, and nobody opened another. */
  ended = false;
  nextTurn = 0;
  previousTurn: SpanContext | undefined;
  /** Whether a processor of ours showed up that can give a span its place. */
  placing = false;
  segments = 0;
  #root: SpanContext | undefined;
  #trunk: Trace | undefined;
  #current: Trace | undefined;
  #rootless = false;
  #abort: AbortController | undefined;

  constructor(id: string) {
    this.id = id;
    this.derived = rootIds(id);
  }

  /** The root's context once it is known, the sampler's decision in its flags. Undefined until the sampler was asked. */
  get root(): SpanContext | undefined {
    return this.#root;
  }

  set root(root: SpanContext) {
    this.#root = root;
    this.#trunk = new Trace(root);
    this.#current = this.#trunk;
  }

  /** The sampler was asked, but the host can't place spans and the root was opened elsewhere: nothing to stand under. */
  get rootless(): boolean {
    return this.#rootless;
  }

  set rootless(rootless: boolean) {
    this.#rootless = rootless;
  }

  /** The session's own trace. */
  get trunk(): Trace | undefined {
    return this.#trunk;
  }

  /** The session's own trace, or its newest segment. */
  get current(): Trace | undefined {
    return this.#current;
  }

  openSegment(root: SpanContext): Trace {
    this.#current = new Trace(root);
    return this.#current;
  }

  /** The newest segment's root, if there is one: what the next segment calls its predecessor. */
  get previousSegment(): SpanContext | undefined {
    return this.#current === this.#trunk ? undefined : this.#current?.root;
  }

  get signal(): AbortSignal {
    this.#abort ??= new AbortController();
    return this.#abort.signal;
  }

  get aborted(): boolean {
    return this.#abort?.signal.aborted === true;
  }

  abort(reason?: unknown): void {
    this.#abort ??= new AbortController();
    this.#abort.abort(reason);
  }
}

/** What core's `sessionRoot` derives (a test compares them), by Node's own hash: 2 µs a session instead of 8. */
export function rootIds(id: string): RootContext {
  const digest = hash("sha256", id);
  return { traceId: digest.slice(0, 32), spanId: digest.slice(32, 48) };
}

// Ids seen, not a session that is current. Two generations: a map from which the oldest entry is taken for each new one has
// to step over all the holes at its front, which cost a tenth of a session.
let young = new Map<string, SessionMemory>();
let old = new Map<string, SessionMemory>();

export function remember(id: string): SessionMemory {
  const known = young.get(id);
  if (known !== undefined) return known;
  const memory = old.get(id) ?? new SessionMemory(id);
  if (young.size >= currentSettings().rememberedSessions / 2) {
    old = young;
    young = new Map();
  }
  young.set(id, memory);
  return memory;
}

/** As if the process had begun now: sessions that are opened again tell their roots again. Handles keep theirs. */
export function forgetSessions(): void {
  young = new Map();
  old = new Map();
}
