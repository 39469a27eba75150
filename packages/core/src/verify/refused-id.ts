import { attr } from "../names.ts";
import type { PlainMap } from "../record/record.ts";
import { maxSessionIdBytes, parseSessionId, type SessionIdFault } from "../session-id.ts";

/** Why nobody takes up what stands under `session.id`; undefined where nothing stands. */
export function refusedId(attributes: PlainMap): string | undefined {
  const value = attributes[attr.sessionId];
  if (value === undefined || value === null || value === "") return undefined;
  const reading = parseSessionId(value, "carrier");
  return reading.result === "rejected" ? reasons[reading.fault] : undefined;
}

const reasons: Readonly<Record<SessionIdFault, string>> = {
  not_a_string: "is no text",
  empty: "is empty",
  too_long: `is longer than ${maxSessionIdBytes} bytes`,
  control_character: "has control characters",
  lone_surrogate: "is no Unicode",
};
