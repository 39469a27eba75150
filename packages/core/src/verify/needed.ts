import type { PlainMap } from "../record/record.ts";

/** An attribute that must be there, by today's name and by others that emitters still use. */
export type Needed = readonly [name: string, ...others: string[]];

/** Today's names of what is not there. */
export function missingIn(attributes: PlainMap, needed: readonly Needed[]): readonly string[] {
  const missing: string[] = [];
  for (const names of needed) if (!isIn(attributes, names)) missing.push(names[0]);
  return missing;
}

function isIn(attributes: PlainMap, names: Needed): boolean {
  for (const name of names) if (attributes[name] !== undefined) return true;
  return false;
}
