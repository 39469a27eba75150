import { context as contexts, trace, type Context } from "@opentelemetry/api";
import { logFields, wireName, type Profile } from "@throughline/core";

import type { Somewhere } from "../carry/where.ts";
import { identityIn } from "../context/step-context.ts";
import { carriedIdentity } from "../session/carried-identity.ts";
import { currentSettings } from "../settings.ts";
import { rootOf } from "../trace/position.ts";

/** The fields that join a line of JSON to its session and span; a field with nothing to say is absent. */
export interface LineFields {
  [field: string]: string;
}

/**
 * `session_id`, `trace_id` and `span_id` of where the caller stands, or of the handle that is named. Outside of a step the
 * span is the session's root. A fresh object every time: loggers write into what they are given.
 */
export function lineFields(place?: Somewhere): LineFields {
  const context = place?.context ?? contexts.active();
  const names = namesFor(currentSettings().profile);
  const fields: LineFields = {};
  const identity = identityIn(context) ?? carriedIdentity(context);
  if (identity !== undefined) fields[names.sessionId] = identity.sessionId;
  const span = spanIn(context) ?? (identity?.session && rootOf(identity.session));
  if (span !== undefined) {
    fields[names.traceId] = span.traceId;
    fields[names.spanId] = span.spanId;
  }
  return fields;
}

/** `pino({ mixin: pinoMixin() })` */
export function pinoMixin(): () => LineFields {
  return () => lineFields();
}

/** `winston.format.combine(winstonFormat(), winston.format.json())` */
export function winstonFormat(): { transform<I extends object>(info: I): I } {
  return { transform: (info) => Object.assign(info, lineFields()) };
}

/** `new PinoInstrumentation({ logHook })`, and for winston and bunyan alike: their own fields know of spans alone. */
export function logHook(_span: unknown, record: object): void {
  Object.assign(record, lineFields());
}

function spanIn(context: Context): ReturnType<typeof trace.getSpanContext> {
  const span = trace.getSpanContext(context);
  return span !== undefined && trace.isSpanContextValid(span) ? span : undefined;
}

let known: { readonly profile: Profile; readonly names: Names } | undefined;
type Names = { readonly [part in keyof typeof logFields]: string };

/** Looked up once a profile: a line costs its logger a few microseconds, and this should not show. */
function namesFor(profile: Profile): Names {
  if (known?.profile === profile) return known.names;
  const name = (part: keyof typeof logFields): string =>
    wireName(profile, "field", logFields[part]);
  const names = {
    sessionId: name("sessionId"),
    traceId: name("traceId"),
    spanId: name("spanId"),
  };
  known = { profile, names };
  return names;
}
