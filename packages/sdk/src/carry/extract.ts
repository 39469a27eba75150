import {
  carrierFields,
  envNames,
  readCarrier,
  readLogFields,
  type Environment,
} from "@throughline/core";

import { currentSettings } from "../settings.ts";
import { Arrival, type Sender } from "./arrival.ts";
import { textField, textFields } from "./fields.ts";

/** Takes over what `carry` handed over. Nothing throws, whatever came in. */
export const extract = {
  /** `extract.headers(request.headers, { from: request.socket.remoteAddress })` */
  headers(headers: object, sender: Sender = {}): Arrival {
    return arrivalOf(headers, sender);
  },

  /** What started this process is believed. */
  env(environment: Environment = process.env, sender: Sender = { trusted: true }): Arrival {
    const text = {
      traceparent: textField(environment, envNames.traceparent),
      tracestate: textField(environment, envNames.tracestate),
      baggage: textField(environment, envNames.baggage),
    };
    return new Arrival(readCarrier(text, currentSettings().profile), sender);
  },

  message(fields: object, sender: Sender = {}): Arrival {
    return arrivalOf(fields, sender);
  },

  /** Takes `workerData` or what was posted; who started this thread is believed. */
  worker(data: unknown, sender: Sender = { trusted: true }): Arrival {
    return arrivalOf(data, sender);
  },

  /** Takes the parameters of an MCP request. */
  mcp(params: unknown, sender: Sender = {}): Arrival {
    return arrivalOf(within(params, "_meta"), sender);
  },

  /** Takes an A2A message. */
  a2a(message: unknown, sender: Sender = {}): Arrival {
    return arrivalOf(within(message, "metadata"), sender);
  },

  /** Takes a CloudEvent in structured or binary mode (`ce-` headers). */
  cloudEvent(event: unknown, sender: Sender = {}): Arrival {
    const { profile } = currentSettings();
    const field = (name: string): string | undefined =>
      textField(event, name) ?? textField(event, `ce-${name}`);
    const text = {
      traceparent: field(carrierFields.traceparent),
      tracestate: field(carrierFields.tracestate),
    };
    return new Arrival(readCarrier(text, profile, field(carrierFields.sessionid)), sender);
  },

  /** Takes a payload or an event envelope with a `session_id`. */
  payload(payload: unknown, sender: Sender = {}): Arrival {
    const { profile } = currentSettings();
    const { sessionId } = readLogFields(payload, profile);
    return new Arrival(readCarrier(textFields(payload), profile, sessionId), sender);
  },
};

function arrivalOf(fields: unknown, sender: Sender): Arrival {
  return new Arrival(readCarrier(textFields(fields), currentSettings().profile), sender);
}

function within(envelope: unknown, key: string): unknown {
  return typeof envelope === "object" && envelope !== null && Object.hasOwn(envelope, key)
    ? Reflect.get(envelope, key)
    : undefined;
}
