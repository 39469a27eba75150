import { operations } from "../dialects/gen-ai.ts";
import { attr } from "../names.ts";
import { defaultProfile, type Profile, readNames } from "../profile.ts";
import type { SpanRecord, TelemetryRecord } from "../record/record.ts";
import { secretsIn } from "../secrets.ts";
import { parseSessionId } from "../session-id.ts";
import type { StepKind } from "../vocabulary.ts";
import type { Level, RuleId } from "./finding.ts";

/** The session a record carries and, where known, the key it stands under. */
export type SessionReader = (
  record: TelemetryRecord,
) => { readonly id: string; readonly source?: string } | undefined;

export interface Settings {
  /** How loud a rule is, or that it is not asked at all. */
  readonly levels: { readonly [rule in RuleId]?: Level | "off" };
  readonly profile: Profile;
  /** Hosts beyond the private ones whose servers are trusted with session baggage: the SDK's allow-list. */
  readonly trustedHosts: readonly string[];
  /**
   * By default the profile's own names. The dialects' `sessionKeyOf` also knows the sessions of emitters with a key of
   * their own; C01 then says that the key is another.
   */
  readonly keyOf: SessionReader;
  /** What a span stands for that does not say `throughline.step`; by default what its GenAI operation says. */
  readonly stepOf: (span: SpanRecord) => StepKind | undefined;
  /** Names of the secrets in a text; by default the listed shapes. */
  readonly secretsIn: (text: string) => readonly string[];
  /** How long a session must be silent before what is missing counts as missing. */
  readonly silenceMs: number;
  /** How many records' facts are held at once, about 220 bytes each, all told. */
  readonly capacity: number;
}

export type VerifierOptions = { readonly [option in keyof Settings]?: Settings[option] };

export function settingsOf(options: VerifierOptions): Settings {
  const profile = options.profile ?? defaultProfile;
  return {
    levels: {},
    profile,
    trustedHosts: [],
    keyOf: sessionReader(profile),
    stepOf: operationStep,
    secretsIn,
    silenceMs: 15 * 60_000,
    capacity: 200_000,
    ...options,
  };
}

/** Names under which a record may carry its session. */
export function sessionNames(profile: Profile): ReadonlySet<string> {
  return new Set([
    ...readNames(profile, "span", attr.sessionId),
    ...readNames(profile, "log", attr.sessionId),
  ]);
}

const REMEMBERED = 10_000;

/** Reads the profile's own names, and checks an id once however many records carry it. */
export function sessionReader(profile: Profile): SessionReader {
  const spanNames = readNames(profile, "span", attr.sessionId);
  const logNames = readNames(profile, "log", attr.sessionId);
  // The same few ids come again and again, and checking one costs more than all rules on its record.
  const known = new Map<string, { readonly id: string } | null>();
  const read = (value: string): { readonly id: string } | null => {
    let key = known.get(value);
    if (key === undefined) {
      const { id } = parseSessionId(value, "carrier");
      key = id === undefined ? null : { id };
      if (known.size >= REMEMBERED) known.clear();
      known.set(value, key);
    }
    return key;
  };
  return (record) => {
    for (const name of record.kind === "span" ? spanNames : logNames) {
      const value = record.attributes[name];
      const key = typeof value === "string" ? read(value) : null;
      if (key !== null) return key;
    }
    return undefined;
  };
}

function operationStep(span: SpanRecord): StepKind | undefined {
  const operation = span.attributes[attr.genAiOperationName];
  if (typeof operation !== "string" || !Object.hasOwn(operations, operation)) return undefined;
  const word = operations[operation];
  return word === "run" ? "agent" : word === "flow" ? "action" : word;
}
