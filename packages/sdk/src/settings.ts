import {
  contentCapture,
  defaultProfile,
  envNames,
  maxTraceBytes,
  maxTraceSpans,
  wireName,
  attr,
  type ContentCapture,
  type Profile,
} from "@throughline/core";

/** `session`: turns stand in the session's own trace. `turn`: each turn is a trace of its own, linked to the session. */
export type TraceShape = "session" | "turn";

/** What a process decides once; everything about a session is said where the session is opened. */
export interface Settings {
  readonly traces: TraceShape;
  /** A trace that reached one of these is full; the next turn opens a segment. */
  readonly maxTraceSpans: number;
  readonly maxTraceBytes: number;
  /** How long a step other than a session, turn, agent or delegation is open before its start is told. */
  readonly unfinishedAfterMs: number;
  /** Sessions this process remembers (root told, turns counted); the least recently used one goes first. */
  readonly rememberedSessions: number;
  /** `service.instance.id`; minted when the host has none. */
  readonly instanceId: string;
  /**
   * Hosts beyond the private ones to which session ids may travel and whose callers are believed: exactly
   * (`agents.example.com`) or everything below (`.example.com`).
   */
  readonly trustedHosts: readonly string[];
  readonly profile: Profile;
  readonly capture: ContentCapture;
}

let settings: Settings = {
  traces: "session",
  maxTraceSpans,
  maxTraceBytes,
  unfinishedAfterMs: 1_000,
  rememberedSessions: 10_000,
  instanceId: instanceIdOf(process.env["OTEL_RESOURCE_ATTRIBUTES"]) ?? crypto.randomUUID(),
  trustedHosts: [],
  profile: defaultProfile,
  capture: contentCapture(process.env[envNames.captureMessageContent]),
};
let keys = keysOf(settings.profile);

/** Minted here, until somebody who knows says otherwise. */
let mintedInstance = instanceIdOf(process.env["OTEL_RESOURCE_ATTRIBUTES"]) === undefined;

export function suggestInstanceId(instanceId: string): void {
  if (mintedInstance) configure({ instanceId });
}

export function configure(changes: Partial<Settings>): Settings {
  if (changes.instanceId !== undefined) mintedInstance = false;
  settings = { ...settings, ...changes };
  keys = keysOf(settings.profile);
  return settings;
}

export function currentSettings(): Settings {
  return settings;
}

/** The attribute that holds the session id; a profile may call it differently. */
export function sessionKey(signal: "span" | "log"): string {
  return keys[signal];
}

function keysOf(profile: Profile): { readonly span: string; readonly log: string } {
  return {
    span: wireName(profile, "span", attr.sessionId),
    log: wireName(profile, "log", attr.sessionId),
  };
}

function instanceIdOf(resourceAttributes: string | undefined): string | undefined {
  const pair = resourceAttributes
    ?.split(",")
    .map((item) => item.trim())
    .find((item) => item.startsWith(`${attr.serviceInstanceId}=`));
  const value = pair?.slice(attr.serviceInstanceId.length + 1);
  if (value === undefined || value === "") return undefined;
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
