import type { HeldAttributes, HeldLog, HeldSpan } from "@throughline/core/otlp";

import { logWith, spanWith } from "../content/index.ts";
import { count } from "../health.ts";
import { sessionOfSpan } from "../identity.ts";
import { sessionKey } from "../settings.ts";

/**
 * The last check of a record's identity. Between its beginning and its bytes any processor or framework may have written
 * another session's id on it; the one it was given at the start is put back, and counted.
 */
export function spanInItsSession(span: HeldSpan): HeldSpan {
  // Its identity is the shared one still: nobody wrote over it.
  if (span.compact !== undefined) return span;
  const attributes = withSession(span, span.attributes, sessionKey("span"));
  return attributes === undefined ? span : spanWith(span, { attributes });
}

export function logInItsSession(log: HeldLog): HeldLog {
  const attributes = withSession(log, log.attributes, sessionKey("log"));
  return attributes === undefined ? log : logWith(log, { attributes });
}

function withSession(
  record: object,
  attributes: HeldAttributes,
  key: string,
): HeldAttributes | undefined {
  const session = sessionOfSpan(record);
  if (session === undefined || attributes[key] === session) return undefined;
  count("restoredIds");
  return { ...attributes, [key]: session };
}
