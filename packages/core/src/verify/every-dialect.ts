import { readStepKind, sessionKeyOf } from "../dialects/index.ts";
import { attr } from "../names.ts";
import { defaultProfile, type Profile, readNames } from "../profile.ts";
import { sessionReader, type Settings } from "./settings.ts";

/**
 * How to read what anybody may have sent: sessions of emitters with a key of their own are sessions too (C01 then says that
 * the key is another), and steps are what each emitter calls so.
 */
export function everyDialect(
  profile: Profile = defaultProfile,
): Pick<Settings, "profile" | "keyOf" | "stepOf"> {
  const keys = (["span", "log"] as const)
    .flatMap((place) => readNames(profile, place, attr.sessionId))
    .filter((key) => key !== attr.sessionId);
  const own = sessionReader(profile);
  return {
    profile,
    // Where the contract is kept nobody needs to ask who speaks.
    keyOf: (record) => own(record) ?? sessionKeyOf(record, { keys }),
    stepOf: readStepKind,
  };
}
