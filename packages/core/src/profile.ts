import { attr, baggageKeys, logFields } from "./names.ts";

/** Where a name stands; a profile may call the same thing differently in each place. */
export type Place = "span" | "log" | "baggage" | "field";

/** Contract name to names on the wire: the first is written, all of them are read. */
export interface Renames {
  readonly [contractName: string]: readonly [string, ...string[]];
}

/**
 * Other names on the wire, the same rules. Plain data, so that a house with conventions of its own states them in a few
 * lines and passes them wherever a profile is asked for.
 */
export interface Profile {
  readonly name: string;
  readonly renames: { readonly [place in Place]?: Renames };
}

export const defaultProfile: Profile = { name: "default", renames: {} };

export const ameideProfile: Profile = {
  name: "ameide",
  renames: {
    span: { [attr.sessionId]: ["ameide.session_id"] },
    baggage: { [baggageKeys.sessionId]: ["ameide.session_id"] },
    log: { [attr.sessionId]: ["ameide_session_id", "ameide.session_id"] },
    field: { [logFields.sessionId]: ["ameide_session_id", "ameide.session_id"] },
  },
};

const known: ReadonlyMap<string, Profile> = new Map(
  [defaultProfile, ameideProfile].map((profile) => [profile.name, profile]),
);

/** One of the built-in profiles, by name. */
export function profile(name: string): Profile | undefined {
  return known.get(name);
}

/** The name to write. */
export function wireName(profile: Profile, place: Place, contractName: string): string {
  return renamesOf(profile, place, contractName)?.[0] ?? contractName;
}

/** The names to read, first hit wins: the profile's own, then the contract's, so that mixed fleets stay whole. */
export function readNames(profile: Profile, place: Place, contractName: string): readonly string[] {
  const renames = renamesOf(profile, place, contractName);
  return renames === undefined
    ? [contractName]
    : [...renames.filter((name) => name !== contractName), contractName];
}

function renamesOf(
  profile: Profile,
  place: Place,
  contractName: string,
): readonly [string, ...string[]] | undefined {
  const renames = profile.renames[place];
  return renames !== undefined && Object.hasOwn(renames, contractName)
    ? renames[contractName]
    : undefined;
}
