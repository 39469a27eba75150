import { baggageKeys } from "./names.ts";
import { defaultProfile, readNames, wireName, type Profile } from "./profile.ts";

/** W3C Baggage guarantees propagation up to here and no further. */
export const maxBaggageBytes = 8_192;
export const maxBaggageMemberBytes = 4_096;
export const maxBaggageMembers = 180;

export interface BaggageMember {
  readonly key: string;
  /** Percent-decoded. */
  readonly value: string;
  /** As it stood on the wire, properties included: strangers' members are forwarded byte for byte. */
  readonly text: string;
}

export interface Baggage {
  readonly members: readonly BaggageMember[];
  /** List members that are none, and were left out. */
  readonly malformed: number;
}

const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
// Anything else could split a header or change its meaning on the next hop.
const printable = /^[\t\x20-\x7e]*$/;

/** Takes one header or several of the same name; a malformed member never costs its neighbours. */
export function parseBaggage(header: string | readonly string[] | undefined): Baggage {
  const members: BaggageMember[] = [];
  let malformed = 0;
  const lines = header === undefined ? [] : typeof header === "string" ? [header] : header;
  for (const line of lines)
    for (const piece of line.split(",")) {
      const text = piece.trim();
      if (text === "") continue;
      const member = parseMember(text);
      if (member === undefined) malformed++;
      else members.push(member);
    }
  return { members, malformed };
}

function parseMember(text: string): BaggageMember | undefined {
  const properties = text.indexOf(";");
  const pair = properties === -1 ? text : text.slice(0, properties);
  const equals = pair.indexOf("=");
  if (equals === -1 || !printable.test(text)) return undefined;
  const key = pair.slice(0, equals).trimEnd();
  return token.test(key)
    ? { key, value: percentDecode(pair.slice(equals + 1).trim()), text }
    : undefined;
}

/** The last member of that key wins, as in the OpenTelemetry SDKs. */
export function baggageValue(baggage: Baggage, key: string): string | undefined {
  return baggage.members.findLast((member) => member.key === key)?.value;
}

/** What of ours travels in baggage. */
export interface CarriedIds {
  readonly sessionId?: string | undefined;
  readonly turnId?: string | undefined;
  readonly turnIndex?: number | undefined;
  readonly agentRunId?: string | undefined;
}

export interface WrittenBaggage {
  /** The header's value; empty when there is nothing to send, and then no header should be. */
  readonly header: string;
  /** Keys of members that the limits left no room for: to be counted, never lost in silence. */
  readonly dropped: readonly string[];
}

/**
 * The baggage to send on: what came in, with our members replaced by these (or taken away, for `{}`).
 *
 * The session comes first and always fits. Strangers' members follow in their order; our other ids stand last, because
 * nobody else's member should fall to a limit to make room for what is only convenient.
 */
export function writeBaggage(
  inbound: Baggage,
  ids: CarriedIds,
  profile: Profile = defaultProfile,
): WrittenBaggage {
  const ours = new Set(
    Object.values(baggageKeys).flatMap((key) => readNames(profile, "baggage", key)),
  );
  const own = (key: string, value: string | number | undefined): BaggageMember[] =>
    value === undefined ? [] : [ownMember(wireName(profile, "baggage", key), String(value))];
  return fit([
    ...own(baggageKeys.sessionId, ids.sessionId),
    ...inbound.members.filter((member) => !ours.has(member.key)),
    ...own(baggageKeys.turnId, ids.turnId),
    ...own(baggageKeys.turnIndex, ids.turnIndex),
    ...own(baggageKeys.agentRunId, ids.agentRunId),
  ]);
}

/** Our ids in somebody's baggage, as they stand there: checking the session id is the caller's next step. */
export function readBaggage(baggage: Baggage, profile: Profile = defaultProfile): CarriedIds {
  const read = (key: string): string | undefined => {
    for (const name of readNames(profile, "baggage", key)) {
      const value = baggageValue(baggage, name);
      if (value !== undefined) return value;
    }
    return undefined;
  };
  const index = read(baggageKeys.turnIndex);
  return {
    sessionId: read(baggageKeys.sessionId),
    turnId: read(baggageKeys.turnId),
    turnIndex: index !== undefined && /^\d{1,9}$/.test(index) ? Number(index) : undefined,
    agentRunId: read(baggageKeys.agentRunId),
  };
}

function fit(members: readonly BaggageMember[]): WrittenBaggage {
  const kept: string[] = [];
  const dropped: string[] = [];
  let size = 0;
  for (const { key, text } of members) {
    const grown = size + text.length + (kept.length === 0 ? 0 : 1);
    if (
      text.length > maxBaggageMemberBytes ||
      kept.length === maxBaggageMembers ||
      grown > maxBaggageBytes
    ) {
      dropped.push(key);
      continue;
    }
    kept.push(text);
    size = grown;
  }
  return { header: kept.join(","), dropped };
}

function ownMember(key: string, value: string): BaggageMember {
  return { key, value, text: `${key}=${percentEncode(value)}` };
}

/** Everything but RFC 3986's unreserved characters, so that even careless parsers on the way read it. */
function percentEncode(value: string): string {
  return encodeURIComponent(value.toWellFormed()).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** As W3C asks: bytes that are no UTF-8 become U+FFFD, and a `%` that starts no escape is itself. */
function percentDecode(value: string): string {
  return value.replace(/(?:%[0-9A-Fa-f]{2})+/g, (escapes) =>
    decoder.decode(
      Uint8Array.from(escapes.split("%").slice(1), (pair) => Number.parseInt(pair, 16)),
    ),
  );
}
