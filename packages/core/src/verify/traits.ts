import { currentName } from "../superseded.ts";
import { isContentKey } from "./content-keys.ts";
import { moneyKeys, tokenKeys } from "./usage.ts";

/** What an attribute's key alone tells. */
export interface Traits {
  readonly content: boolean;
  /** Tokens or money. */
  readonly usage: boolean;
  readonly code: boolean;
  /** What the key is called today, if it is out of date. */
  readonly current: string | undefined;
}

/** Of nearly all keys. */
export const ORDINARY: Traits = Object.freeze({
  content: false,
  usage: false,
  code: false,
  current: undefined,
});

const usageKeys: ReadonlySet<string> = new Set([...tokenKeys, ...moneyKeys]);
const REMEMBERED = 10_000;
const known = new Map<string, Traits>();

/** The same hundred keys come a million times: they are looked at once. */
export function traitsOf(key: string): Traits {
  let traits = known.get(key);
  if (traits === undefined) {
    traits = read(key);
    if (known.size >= REMEMBERED) known.clear();
    known.set(key, traits);
  }
  return traits;
}

function read(key: string): Traits {
  const content = isContentKey(key);
  const usage = usageKeys.has(key);
  const code = key.startsWith("code.");
  const current =
    key === "event.name" ? "the log record's own EventName field" : currentName.attribute(key);
  return content || usage || code || current !== undefined
    ? { content, usage, code, current }
    : ORDINARY;
}
