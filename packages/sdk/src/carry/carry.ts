import {
  carrierEnvironment,
  carrierFields,
  logFields,
  mayCarrySession,
  wireName,
  type CarrierText,
  type Environment,
} from "@throughline/core";

import { currentSettings } from "../settings.ts";
import { hostOf } from "./host.ts";
import { carrierText, idsIn, type Somewhere } from "./where.ts";
import { context as contexts } from "@opentelemetry/api";

/** The fields that carry identity, each absent when there is nothing to say. */
export interface CarrierFields {
  traceparent?: string;
  tracestate?: string;
  baggage?: string;
}

/** A URL, or a host name or address. `local` for what does not leave the machine: pipes, stdio. */
export type Destination = string | URL;

/**
 * Hands work over: what goes along so that it stays in its session on the other side. Every method takes the handle the
 * work belongs to, or the ambient session when there is none, and where it goes: the session's ids travel to private and
 * named hosts only (`trustedHosts`), the trace context everywhere.
 */
export const carry = {
  /** For requests: `fetch(url, { headers: carry.headers(url, tool) })`. Also what gRPC metadata is set to. */
  headers(to: Destination, place?: Somewhere): CarrierFields {
    return fields(carrierText(place, mayTravelTo(to)));
  },

  /** For a child process: the environment with our variables in it, and without those this process was started with. */
  env(place?: Somewhere, environment: Environment = process.env): Environment {
    return carrierEnvironment(environment, carrierText(place, true));
  },

  /** For a queue message's headers; `to` is the broker. */
  message(to: Destination, place?: Somewhere): CarrierFields {
    return fields(carrierText(place, mayTravelTo(to)));
  },

  /** For a thread: `workerData`, or part of what is posted. */
  worker(place?: Somewhere): CarrierFields {
    return fields(carrierText(place, true));
  },

  /** MCP: the parameters of a request with `_meta` filled in; `to` is the server's URL, `local` for one on stdio. */
  mcp<P extends object>(params: P, to: Destination, place?: Somewhere): P & { _meta: object } {
    return { ...params, _meta: filled(params, "_meta", to, place) };
  },

  /** A2A: the message with its `metadata` filled in. */
  a2a<M extends object>(message: M, to: Destination, place?: Somewhere): M & { metadata: object } {
    return { ...message, metadata: filled(message, "metadata", to, place) };
  },

  /** CloudEvents: the event with the distributed tracing extension and `sessionid`. Baggage has no place in it. */
  cloudEvent<E extends object>(event: E, to: Destination, place?: Somewhere): E & CloudEventFields {
    const { traceparent, tracestate } = carrierText(place, false);
    const { sessionId } = mayTravelTo(to) ? idsAt(place) : {};
    return {
      ...event,
      ...fields({ traceparent, tracestate }),
      ...(sessionId !== undefined && { [carrierFields.sessionid]: sessionId }),
    };
  },

  /** For a payload or an event envelope that has a field for the session: `{ session_id }`, or nothing. */
  payload(to: Destination, place?: Somewhere): Record<string, string> {
    const { sessionId } = mayTravelTo(to) ? idsAt(place) : {};
    const { profile } = currentSettings();
    return sessionId === undefined
      ? {}
      : { [wireName(profile, "field", logFields.sessionId)]: sessionId };
  },
};

export interface CloudEventFields {
  traceparent?: string;
  tracestate?: string;
  sessionid?: string;
}

/** Whether a session's ids may go there. */
export function mayTravelTo(to: Destination): boolean {
  const host = hostOf(to);
  return host !== undefined && mayCarrySession(host, currentSettings().trustedHosts);
}

function idsAt(place: Somewhere | undefined): ReturnType<typeof idsIn> {
  return idsIn(place?.context ?? contexts.active());
}

function filled(
  envelope: object,
  key: "_meta" | "metadata",
  to: Destination,
  place: Somewhere | undefined,
): object {
  const known: unknown = Reflect.get(envelope, key);
  return {
    ...(typeof known === "object" ? known : undefined),
    ...carry.headers(to, place),
  };
}

/** Headers and messages want the fields that are there and no others. */
function fields({ traceparent, tracestate, baggage }: CarrierText): CarrierFields {
  return {
    ...(traceparent !== undefined && { traceparent }),
    ...(tracestate !== undefined && { tracestate }),
    ...(baggage !== undefined && { baggage }),
  };
}
