import {
  context as contexts,
  propagation,
  trace,
  type Baggage as OtelBaggage,
  type Context,
} from "@opentelemetry/api";
import {
  parseBaggage,
  parseSessionId,
  parseTracestate,
  readBaggage,
  writeCarrier,
  type Baggage,
  type CarriedIds,
  type CarrierText,
  type Outgoing,
} from "@throughline/core";

import { count } from "../health.ts";
import { identityIn } from "../context/step-context.ts";
import { currentSettings } from "../settings.ts";

/** Any handle: a session, a turn, a step. What is carried is what stands there. */
export interface Somewhere {
  readonly context: Context;
}

/** The text fields for work that is handed over from here, with the session's identity or without. */
export function carrierText(place: Somewhere | undefined, withSession: boolean): CarrierText {
  const { text, dropped } = writeCarrier(outgoing(place, withSession), currentSettings().profile);
  for (const key of dropped) {
    count("droppedBaggage", () => `the baggage member ${key} found no room in a carrier`);
  }
  return text;
}

/** The ids that a carrier brings along from here. */
export function idsIn(context: Context): CarriedIds {
  const identity = identityIn(context);
  if (identity !== undefined) {
    return {
      sessionId: identity.sessionId,
      turnId: identity.turn?.id,
      turnIndex: identity.turn?.index,
      agentRunId: identity.agentRun?.runId,
    };
  }
  // Work of a session that came in by baggage and that nobody opened a handle for.
  const ids = readBaggage(baggageIn(context), currentSettings().profile);
  const { id: sessionId } = parseSessionId(ids.sessionId, "carrier");
  return sessionId === undefined ? {} : { ...ids, sessionId };
}

function outgoing(place: Somewhere | undefined, withSession: boolean): Outgoing {
  const context = place?.context ?? contexts.active();
  const span = trace.getSpanContext(context);
  const known = span !== undefined && trace.isSpanContextValid(span) ? span : undefined;
  return {
    ...(withSession ? idsIn(context) : {}),
    ...(known !== undefined && {
      context: { traceId: known.traceId, spanId: known.spanId, flags: known.traceFlags },
      tracestate: parseTracestate(known.traceState?.serialize()),
    }),
    inbound: baggageIn(context),
  };
}

/** What the host keeps in its baggage, as a header would say it. */
function baggageIn(context: Context): Baggage {
  return parseBaggage(memberTexts(propagation.getBaggage(context)));
}

function memberTexts(baggage: OtelBaggage | undefined): string[] {
  if (baggage === undefined) return [];
  return baggage.getAllEntries().map(([key, { value, metadata }]) => {
    const properties = metadata?.toString() ?? "";
    return `${key}=${encodeURIComponent(value.toWellFormed())}${properties === "" ? "" : `;${properties}`}`;
  });
}
