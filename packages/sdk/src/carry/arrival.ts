import {
  context as contexts,
  createTraceState,
  trace,
  type Span,
  type SpanContext,
} from "@opentelemetry/api";
import {
  formatTracestate,
  mayCarrySession,
  randomFlag,
  sampledFlag,
  type Incoming,
  type TraceContext,
} from "@throughline/core";

import { count } from "../health.ts";
import { stampOf } from "../identity.ts";
import { claimIngress } from "../session/ingress.ts";
import { remember } from "../session/memory.ts";
import { resume, session, type SessionOptions } from "../session/open.ts";
import type { Session } from "../session/session.ts";
import { currentSettings } from "../settings.ts";
import { link } from "../trace/position.ts";

/** Who sent it, as far as the receiver can say. Nobody says it of himself: neither of these comes from the carrier. */
export interface Sender {
  /** Address or host name of the peer; believed if sessions may travel there. Behind a proxy that is the proxy. */
  readonly from?: string | undefined;
  /** The application's own verdict (a verified token, a queue that only its own services write to). Goes before `from`. */
  readonly trusted?: boolean | undefined;
}

/** Work that came in, and what its carrier says of where it belongs. */
export class Arrival {
  /** Whether the sender's identity is believed. */
  readonly trusted: boolean;
  /** The span that handed the work over. */
  readonly remote: SpanContext | undefined;
  readonly #incoming: Incoming;

  constructor(incoming: Incoming, { from, trusted }: Sender) {
    this.#incoming = incoming;
    this.trusted =
      trusted ?? (from !== undefined && mayCarrySession(from, currentSettings().trustedHosts));
    this.remote = incoming.context && remoteContext(incoming.context, incoming.tracestate);
    const named = incoming.session;
    if (named === undefined) return;
    if (!this.trusted) {
      count(
        "untrustedCallers",
        () =>
          "a caller that is not trusted named a session; a new one was opened and linked instead. Callers on private " +
          "addresses are trusted, others by `trustedHosts` or with `trusted: true`",
      );
    } else if (named.id === undefined) count("rejectedIds");
  }

  /** The session it belongs to; undefined when the carrier names none, or is not believed. */
  get sessionId(): string | undefined {
    return this.trusted ? this.#incoming.session?.id : undefined;
  }

  /**
   * The sender's session if it is believed: its turn and agent run go on, and steps stand below the span that handed the
   * work over. Otherwise the session that `options` say, linked to where the work came from.
   */
  session<T>(options: SessionOptions, fn: (session: Session) => T): T;
  session(options?: SessionOptions): Session;
  session<T>(options: SessionOptions = {}, fn?: (session: Session) => T): T | Session {
    return this.#here(() => {
      const { sessionId } = this;
      if (sessionId !== undefined) return this.#resume(sessionId, options, fn);
      return fn === undefined ? session(options) : session(options, fn);
    });
  }

  #resume<T>(
    sessionId: string,
    { agent, channel, traces, conversationId }: SessionOptions,
    fn: ((session: Session) => T) | undefined,
  ): T | Session {
    const { turnId, turnIndex, agentRunId, context } = this.#incoming;
    const server = servingSpan(sessionId);
    const resumed = resume(sessionId, {
      agent,
      channel,
      traces,
      conversationId,
      ...(turnId !== undefined && { turn: { id: turnId, index: turnIndex } }),
      ...(agentRunId !== undefined && { agentRun: { runId: agentRunId } }),
      ...(context !== undefined && { sampled: (context.flags & sampledFlag) !== 0 }),
      ...(server === undefined && { parent: this.remote }),
    });
    if (fn === undefined) return resumed;
    if (server === undefined) return resumed.run(fn, resumed);
    return contexts.with(trace.setSpan(resumed.context, server), fn, undefined, resumed);
  }

  /** Where no span of the host's says where the work came from, the sender's stands for it: turns link to it. */
  #here<T>(fn: () => T): T {
    const { remote } = this;
    const active = trace.getActiveSpan();
    if (remote === undefined) return fn();
    if (active?.isRecording() !== true) {
      return contexts.with(trace.setSpanContext(contexts.active(), remote), fn);
    }
    // The trace was begun anew at the door.
    if (active.spanContext().traceId !== remote.traceId) active.addLink(link(remote, "ingress"));
    return fn();
  }
}

/** A span that the host's instrumentation started for the request stands between the sender's and ours. */
function servingSpan(sessionId: string): Span | undefined {
  const active = trace.getActiveSpan();
  if (active?.isRecording() !== true) return undefined;
  claimIngress(active, remember(sessionId));
  return stampOf(active)?.sessionId === sessionId ? active : undefined;
}

function remoteContext(
  { traceId, spanId, flags }: TraceContext,
  tracestate: Incoming["tracestate"],
): SpanContext {
  return {
    traceId,
    spanId,
    traceFlags: flags & (sampledFlag | randomFlag),
    isRemote: true,
    ...(tracestate.length > 0 && { traceState: createTraceState(formatTracestate(tracestate)) }),
  };
}
