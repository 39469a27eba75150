import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";

import { utf8 } from "./utf8.ts";

/** Ids of a root span that any process derives alike. Never marked sampled or random here: a hash is neither. */
export interface RootContext {
  readonly traceId: string;
  readonly spanId: string;
}

/** Where the next turn opens a new segment: Tempo and others cut or refuse larger traces. */
export const maxTraceSpans = 2_000;
export const maxTraceBytes = 4_000_000;

export function sessionRoot(sessionId: string): RootContext {
  return rootOf(sessionId);
}

/** `k` counts from 1, per process; the instance id keeps two processes of one session apart. */
export function segmentRoot(sessionId: string, instanceId: string, k: number): RootContext {
  return rootOf(`${sessionId}\n${instanceId}\n${k}`);
}

function rootOf(text: string): RootContext {
  const digest = bytesToHex(sha256(utf8(text)));
  return { traceId: digest.slice(0, 32), spanId: digest.slice(32, 48) };
}

export function isSessionRoot(context: RootContext, sessionId: string): boolean {
  const root = sessionRoot(sessionId);
  return context.traceId === root.traceId && context.spanId === root.spanId;
}

/**
 * Whether a trace id was derived from this session: its own trace, or the k-th segment of one of these processes with
 * k up to `segments`.
 */
export function isDerivedFrom(
  traceId: string,
  sessionId: string,
  instanceIds: readonly string[] = [],
  segments = 0,
): boolean {
  if (traceId === sessionRoot(sessionId).traceId) return true;
  return instanceIds.some((instanceId) => {
    for (let k = 1; k <= segments; k++)
      if (traceId === segmentRoot(sessionId, instanceId, k).traceId) return true;
    return false;
  });
}
