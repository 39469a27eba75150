import type { Session, SessionRecord } from "@throughline/core/session";
import type { RecordPage, SessionPage, SessionVerdict } from "@throughline/store";

import { CommandError, exit } from "../../exit-codes.ts";

/**
 * Whether an answer is what was asked for. The server is one of ours, of this version or a newer one, so the shape of the whole
 * says enough; a stranger at the same port is found out.
 */
export function isSession(value: unknown): value is Session {
  return isObject(value) && typeof value["id"] === "string" && typeof value["schema"] === "number";
}

export function isRecord(value: unknown): value is SessionRecord {
  return (
    isObject(value) &&
    (value["kind"] === "span" || value["kind"] === "log") &&
    typeof value["record_id"] === "string" &&
    typeof value["start_ns"] === "string"
  );
}

export function sessionPage(value: unknown): SessionPage {
  if (isPage(value, "sessions", isSession)) return value as unknown as SessionPage;
  throw strange();
}

export function recordPage(value: unknown): RecordPage {
  if (isPage(value, "records", isRecord)) return value as unknown as RecordPage;
  throw strange();
}

export function verdict(value: unknown): SessionVerdict {
  if (isObject(value) && Array.isArray(value["findings"]) && isObject(value["summary"]))
    return value as unknown as SessionVerdict;
  throw strange();
}

export function session(value: unknown): Session {
  if (isSession(value)) return value;
  throw strange();
}

function isPage(value: unknown, name: string, isItem: (item: unknown) => boolean): value is object {
  if (!isObject(value)) return false;
  const { [name]: items, next } = value;
  return Array.isArray(items) && items.every(isItem) && (next === null || typeof next === "string");
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function strange(): CommandError {
  return new CommandError(
    "the answer is not what a Throughline server of this version gives.",
    "throughline doctor compares versions.",
    exit.unreachable,
  );
}
