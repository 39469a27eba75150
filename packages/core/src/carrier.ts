import {
  parseBaggage,
  readBaggage,
  writeBaggage,
  type Baggage,
  type CarriedIds,
} from "./baggage.ts";
import { envNames } from "./names.ts";
import { defaultProfile, type Profile } from "./profile.ts";
import { isCarriedId, parseSessionId, type SessionIdReading } from "./session-id.ts";
import {
  formatTraceparent,
  formatTracestate,
  parseTraceparent,
  parseTracestate,
  type TraceContext,
  type TracestateEntry,
} from "./trace-context.ts";

/**
 * The text fields of every carrier: HTTP headers, gRPC metadata, queue messages, worker messages, MCP `_meta`, A2A
 * metadata, and in capitals the environment. Transport code copies these three and decides nothing.
 */
export interface CarrierText {
  readonly traceparent?: string | undefined;
  readonly tracestate?: string | undefined;
  readonly baggage?: string | undefined;
}

export interface Outgoing extends CarriedIds {
  readonly context?: TraceContext | undefined;
  readonly tracestate?: readonly TracestateEntry[] | undefined;
  /** What came in and is to be passed on; our own members in it are replaced. */
  readonly inbound?: Baggage | undefined;
}

export interface WrittenCarrier {
  readonly text: CarrierText;
  /** Keys of baggage members that found no room. */
  readonly dropped: readonly string[];
}

/** Fields with nothing to say are absent. */
export function writeCarrier(
  outgoing: Outgoing,
  profile: Profile = defaultProfile,
): WrittenCarrier {
  const inbound = outgoing.inbound ?? parseBaggage(undefined);
  const { header, dropped } = writeBaggage(inbound, outgoing, profile);
  const { context, tracestate = [] } = outgoing;
  return {
    text: {
      ...(context === undefined ? {} : { traceparent: formatTraceparent(context) }),
      // A state without its parent means nothing to anybody.
      ...(context === undefined || tracestate.length === 0
        ? {}
        : { tracestate: formatTracestate(tracestate) }),
      ...(header === "" ? {} : { baggage: header }),
    },
    dropped,
  };
}

/** What a carrier says. Whether its sender is believed is the receiver's decision (`mayCarrySession` by default). */
export interface Incoming {
  readonly context: TraceContext | undefined;
  readonly tracestate: readonly TracestateEntry[];
  /** Undefined when the carrier names no session. */
  readonly session: SessionIdReading | undefined;
  readonly turnId: string | undefined;
  readonly turnIndex: number | undefined;
  readonly agentRunId: string | undefined;
  readonly baggage: Baggage;
}

/**
 * `sessionId` is the id from a place beside the baggage, for carriers that have one: the CloudEvents extension
 * `sessionid`, the field `session_id` of a payload. Baggage goes first.
 */
export function readCarrier(
  text: CarrierText,
  profile: Profile = defaultProfile,
  sessionId?: string,
): Incoming {
  const context = parseTraceparent(text.traceparent);
  const baggage = parseBaggage(text.baggage);
  const ids = readBaggage(baggage, profile);
  const named = ids.sessionId ?? sessionId;
  return {
    context,
    tracestate: context === undefined ? [] : parseTracestate(text.tracestate),
    session: named === undefined ? undefined : parseSessionId(named, "carrier"),
    turnId: isCarriedId(ids.turnId) ? ids.turnId : undefined,
    turnIndex: ids.turnIndex,
    agentRunId: isCarriedId(ids.agentRunId) ? ids.agentRunId : undefined,
    baggage,
  };
}

/** A process environment, or the part of it that is known. */
export interface Environment {
  readonly [name: string]: string | undefined;
}

/**
 * The environment for a child process: a copy with the carrier in it. What the carrier does not say is taken out, or the
 * child would inherit the identity that this process itself was started with.
 */
export function carrierEnvironment(environment: Environment, text: CarrierText): Environment {
  const child: Environment = {
    ...environment,
    [envNames.traceparent]: text.traceparent,
    [envNames.tracestate]: text.tracestate,
    [envNames.baggage]: text.baggage,
  };
  return Object.fromEntries(Object.entries(child).filter(([, value]) => value !== undefined));
}

export function carrierOfEnvironment(environment: Environment): CarrierText {
  return {
    traceparent: environment[envNames.traceparent],
    tracestate: environment[envNames.tracestate],
    baggage: environment[envNames.baggage],
  };
}
