import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";

import { utf8 } from "./utf8.ts";

/** In UTF-8. Langfuse drops longer ids, and several stores index no more. */
export const maxSessionIdBytes = 200;

export type SessionIdFault =
  | "not_a_string"
  | "empty"
  | "too_long"
  | "control_character"
  | "lone_surrogate";

/**
 * What became of an id that somebody handed in. `valid` and `normalised` ids are the caller's own; a `replaced` one is
 * worth a report (once), a `rejected` one is counted and the caller goes on as if none had come.
 */
export type SessionIdReading =
  | { readonly result: "valid" | "normalised"; readonly id: string }
  | { readonly result: "replaced"; readonly id: string; readonly fault: SessionIdFault }
  | { readonly result: "rejected"; readonly id: undefined; readonly fault: SessionIdFault };

/** `application`: the program named its session itself. `carrier`: the id came in with a request, a message or a file. */
export type SessionIdSource = "application" | "carrier";

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const control = /\p{Cc}/u;

/** Never throws, whatever comes in. */
export function parseSessionId(value: unknown, source: SessionIdSource): SessionIdReading {
  const fault = faultOf(value);
  if (fault === undefined && typeof value === "string") {
    const id = uuid.test(value) ? value.toLowerCase() : value;
    return { result: id === value ? "valid" : "normalised", id };
  }
  const text = source === "application" ? textOf(value) : undefined;
  return text === undefined
    ? { result: "rejected", id: undefined, fault: fault ?? "not_a_string" }
    : { result: "replaced", id: digestId(text), fault: fault ?? "not_a_string" };
}

/** The same bounds hold for the turn and run ids that carriers bring along. */
export function isCarriedId(value: string | undefined): value is string {
  return faultOf(value) === undefined;
}

function faultOf(value: unknown): SessionIdFault | undefined {
  if (typeof value !== "string") return "not_a_string";
  if (value === "") return "empty";
  // A UTF-16 unit is at least one byte, so strangers' megabytes are never encoded.
  if (value.length > maxSessionIdBytes) return "too_long";
  // ... and at most three, so that most ids need not be encoded to know that they fit.
  if (value.length * 3 > maxSessionIdBytes && utf8(value).length > maxSessionIdBytes)
    return "too_long";
  if (control.test(value)) return "control_character";
  return value.isWellFormed() ? undefined : "lone_surrogate";
}

/** Numbers are what untyped callers most often pass for a thread id; they keep one session that way. */
function textOf(value: unknown): string | undefined {
  return typeof value === "string"
    ? value
    : typeof value === "number" || typeof value === "bigint"
      ? String(value)
      : undefined;
}

function digestId(text: string): string {
  return `sha256-${bytesToHex(sha256(utf8(text)))}`;
}

const minKeyBytes = 32;

/**
 * A session id for conversations that the application keys by something personal (an e-mail address, a phone number):
 * the same person gives the same id, and without the key nobody gets from the id to the person, not even by trying.
 *
 * A key below 32 bytes gives `undefined`: a session opened without an id mints one, and nothing personal leaks.
 */
export function keyedSessionId(key: string | Uint8Array, personal: string): string | undefined {
  const secret = typeof key === "string" ? utf8(key) : key;
  if (secret.length < minKeyBytes) return undefined;
  return `hmac-${bytesToHex(hmac(sha256, secret, utf8(personal)))}`;
}
