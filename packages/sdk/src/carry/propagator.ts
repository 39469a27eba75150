import {
  propagation,
  SpanKind,
  trace,
  type Baggage,
  type BaggageEntry,
  type Context,
  type TextMapGetter,
  type TextMapPropagator,
  type TextMapSetter,
} from "@opentelemetry/api";
import { baggageKeys, isDerivedFrom, parseSessionId, readNames, wireName } from "@throughline/core";

import { count } from "../health.ts";
import { currentSettings } from "../settings.ts";
import { mayTravelTo } from "./carry.ts";
import { peerOf, watchPeers } from "./peers.ts";
import { idsIn } from "./where.ts";

export interface SessionPropagatorOptions {
  /**
   * Whether what a carrier says of sessions is believed; by default that of callers over node:http whose address may carry
   * sessions. For servers of other kinds (HTTP/2, gRPC), and behind a proxy, where everybody has the proxy's address.
   */
  readonly believes?: (carrier: unknown) => boolean;
}

/**
 * Around the host's propagators, so that what its instrumentations send and take carries sessions too: our members join the
 * baggage of requests whose destination may have them and leave that of all others, and callers that are not believed
 * bring none in. The destination is what the active CLIENT or PRODUCER span says (`server.address`, `url.full`): no such
 * span, no session.
 */
export class SessionPropagator implements TextMapPropagator {
  readonly #host: TextMapPropagator;
  readonly #believes: (carrier: unknown) => boolean;

  constructor(host: TextMapPropagator, options: SessionPropagatorOptions = {}) {
    this.#host = host;
    this.#believes = options.believes ?? believesPeer;
    if (options.believes === undefined) watchPeers();
  }

  inject<C>(context: Context, carrier: C, setter: TextMapSetter<C>): void {
    const to = destination(context);
    const baggage = propagation.getBaggage(context) ?? propagation.createBaggage();
    const travels = to !== undefined && mayTravelTo(to);
    const sent = travels ? withOurs(context, baggage) : withoutOurs(baggage);
    this.#host.inject(propagation.setBaggage(context, sent), carrier, setter);
  }

  extract<C>(context: Context, carrier: C, getter: TextMapGetter<C>): Context {
    const extracted = this.#host.extract(context, carrier, getter);
    const baggage = propagation.getBaggage(extracted);
    const named = baggage && sessionNamed(baggage);
    if (baggage === undefined || named === undefined || this.#believes(carrier)) return extracted;
    count("untrustedCallers");
    const anonymous = propagation.setBaggage(extracted, withoutOurs(baggage));
    // A new session must not stand in the trace of the one that the caller named (C15): its trace begins at this door.
    const traceId = trace.getSpanContext(anonymous)?.traceId;
    const { id } = parseSessionId(named, "carrier");
    return id !== undefined && traceId !== undefined && isDerivedFrom(traceId, id)
      ? trace.deleteSpan(anonymous)
      : anonymous;
  }

  fields(): string[] {
    return this.#host.fields();
  }
}

function believesPeer(carrier: unknown): boolean {
  const peer = peerOf(carrier);
  return peer !== undefined && mayTravelTo(peer);
}

const said = ["server.address", "net.peer.name", "url.full", "http.url"] as const;

/** Only of a span that sends: on a SERVER span the same attributes name this server. */
function destination(context: Context): string | undefined {
  const { kind, attributes } = (trace.getSpan(context) ?? {}) as {
    readonly kind?: SpanKind;
    readonly attributes?: { readonly [key: string]: unknown };
  };
  if (kind !== SpanKind.CLIENT && kind !== SpanKind.PRODUCER) return undefined;
  for (const key of said) {
    const value = attributes?.[key];
    if (typeof value === "string" && value !== "") return value;
  }
  return undefined;
}

/** The session first: where baggage is too large, what comes last is left out. */
function withOurs(context: Context, baggage: Baggage): Baggage {
  const { profile } = currentSettings();
  const entries: Record<string, BaggageEntry> = {};
  const tell = (key: string, value: string | number | undefined): void => {
    if (value !== undefined) entries[wireName(profile, "baggage", key)] = { value: String(value) };
  };
  const { sessionId, turnId, turnIndex, agentRunId } = idsIn(context);
  tell(baggageKeys.sessionId, sessionId);
  for (const [key, entry] of withoutOurs(baggage).getAllEntries()) entries[key] = entry;
  tell(baggageKeys.turnId, turnId);
  tell(baggageKeys.turnIndex, turnIndex);
  tell(baggageKeys.agentRunId, agentRunId);
  return propagation.createBaggage(entries);
}

function withoutOurs(baggage: Baggage): Baggage {
  const { profile } = currentSettings();
  const ours = Object.values(baggageKeys).flatMap((key) => readNames(profile, "baggage", key));
  return baggage.removeEntries(...ours);
}

function sessionNamed(baggage: Baggage): string | undefined {
  for (const name of readNames(currentSettings().profile, "baggage", baggageKeys.sessionId)) {
    const value = baggage.getEntry(name)?.value;
    if (value !== undefined) return value;
  }
  return undefined;
}
