import { trace, type Attributes, type Context } from "@opentelemetry/api";

import { withSpan } from "../context/step-context.ts";
import { identityAttributes, type Identity } from "../identity.ts";
import { exceptionAttributes } from "../step/failure.ts";
import { rootOf } from "../trace/position.ts";
import { emit } from "./emit.ts";

/** OTel's severity numbers. */
const severities = { trace: 1, debug: 5, info: 9, warn: 13, error: 17, fatal: 21 } as const;
export type Severity = keyof typeof severities;

/** Attributes of the record. An error among them becomes `exception.*`. */
export interface LogAttributes {
  readonly [key: string]: string | number | boolean | readonly string[] | Error | undefined;
}

export type Log = {
  readonly [level in Severity]: (message: string, attributes?: LogAttributes) => void;
};

/** Where a record stands: decided when it is written, not when the log was asked for. */
export interface LogPlace {
  readonly identity: Identity | undefined;
  readonly context: Context;
}

/** Logs that carry the session whatever the ambient context is. */
export function logAt(place: () => LogPlace): Log {
  const at =
    (level: Severity) =>
    (message: string, attributes: LogAttributes = {}): void => {
      const here = place();
      emit(
        {
          severityNumber: severities[level],
          severityText: level.toUpperCase(),
          body: message,
          attributes: recordAttributes(here.identity, attributes),
          context: onSpan(here),
        },
        here.identity,
      );
    };
  return {
    trace: at("trace"),
    debug: at("debug"),
    info: at("info"),
    warn: at("warn"),
    error: at("error"),
    fatal: at("fatal"),
  };
}

/** One of the contract's own events. */
export function emitEvent(
  eventName: string,
  place: LogPlace,
  attributes: Attributes,
  timestamp?: number,
): void {
  emit(
    {
      eventName,
      severityNumber: severities.info,
      severityText: "INFO",
      attributes: Object.assign(identityAttributesOf(place.identity), attributes),
      context: onSpan(place),
      ...(timestamp !== undefined && { timestamp }),
    },
    place.identity,
  );
}

/** A record of a session always stands on a span (C03): on the root where no step is, also before anybody was sampled. */
function onSpan({ identity, context }: LogPlace): Context {
  const session = identity?.session;
  return session === undefined || trace.getSpan(context) !== undefined
    ? context
    : withSpan(context, trace.wrapSpanContext(rootOf(session)));
}

function recordAttributes(identity: Identity | undefined, own: LogAttributes): Attributes {
  const attributes = identityAttributesOf(identity);
  for (const [key, value] of Object.entries(own)) {
    if (value instanceof Error) Object.assign(attributes, exceptionAttributes(value));
    else if (value !== undefined) attributes[key] = typeof value === "object" ? [...value] : value;
  }
  return attributes;
}

function identityAttributesOf(identity: Identity | undefined): Attributes {
  return identity === undefined ? {} : identityAttributes(identity, "log");
}
