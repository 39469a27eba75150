/**
 * Takes the machine out of recorded telemetry and leaves its shape: every key stays, ids and times stay as they were.
 */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

export interface Scrubber {
  /** Paths and the like of this machine, and what to call them; a path before the paths it lies in. */
  readonly texts: readonly (readonly [text: string, placeholder: string])[];
  readonly hostName: string;
}

/** Longer texts are the agents' system prompts and tool descriptions: not ours to copy, and nothing is read from them. */
const longestText = 1000;

/** Attributes that describe the machine or its owner, and what stands there instead. */
const placeholders: Readonly<Record<string, string | number>> = {
  "host.name": "recorded-host",
  "host.id": "recorded-host",
  "os.version": "0.0.0",
  os_version: "0.0.0",
  os: "linux",
  "process.owner": "agent",
  "process.pid": 4242,
  "process.parent_pid": 4241,
  "user.name": "agent",
};

/** `tally.shortened` counts the texts that lost their tail. */
export function scrub(value: Json, scrubber: Scrubber, tally: { shortened: number }): Json {
  if (typeof value === "string") return scrubText(value, scrubber, tally);
  if (Array.isArray(value)) return value.map((item) => scrub(item, scrubber, tally));
  if (value === null || typeof value !== "object") return value;
  if (typeof value.key === "string" && value.key in placeholders && "value" in value) {
    const placeholder = placeholders[value.key];
    return {
      key: value.key,
      value:
        typeof placeholder === "number"
          ? { intValue: placeholder }
          : { stringValue: placeholder ?? "" },
    };
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, scrub(item, scrubber, tally)]),
  );
}

function scrubText(found: string, scrubber: Scrubber, tally: { shortened: number }): string {
  let clean = found;
  for (const [text, placeholder] of scrubber.texts) clean = clean.replaceAll(text, placeholder);
  // A host name like "vm" is also half of other words.
  if (clean === scrubber.hostName) clean = "recorded-host";
  if (clean.length <= longestText) return clean;
  tally.shortened++;
  return `${clean.slice(0, 200)} ... (${clean.length - 200} more characters)`;
}
