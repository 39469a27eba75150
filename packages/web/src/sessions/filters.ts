import { FilterFault, readFilters, sessionFilters } from "@throughline/core/filters";
import type { Session } from "@throughline/core/session";

import { filterNames } from "../app/address.ts";

export type FilterTexts = Readonly<Record<string, string>>;

/**
 * What is typed above the list: `refund service:shop since:2h errors`. The names are those of the command line and the API;
 * what is no filter is looked for.
 */
export function readTyped(typed: string): FilterTexts {
  const filters: Record<string, string> = {};
  const words: string[] = [];
  for (const word of typed.split(/\s+/)) {
    const [, name = "", value = ""] = /^([a-z]+):(.+)$/.exec(word) ?? [];
    if (name !== "" && filterNames.some((known) => known === name)) filters[name] = value;
    else if (word === "errors") filters["errors"] = "true";
    else if (word !== "") words.push(word);
  }
  if (words.length > 0) filters["grep"] = words.join(" ");
  return filters;
}

export function writeTyped(filters: FilterTexts): string {
  const words = filterNames.flatMap((name) => {
    const value = filters[name];
    if (value === undefined || name === "sort" || name === "grep") return [];
    return [name === "errors" && value === "true" ? "errors" : `${name}:${value}`];
  });
  return [filters["grep"] ?? "", ...words].filter((word) => word !== "").join(" ");
}

/** What is wrong with the filters, in a sentence; undefined when they can be asked. */
export function faultIn(filters: FilterTexts, now: number): string | undefined {
  try {
    readFilters(sessionFilters, Object.entries(filters), now);
    return undefined;
  } catch (error) {
    if (error instanceof FilterFault) return `${error.filter} ${error.message}.`;
    throw error;
  }
}

/** As the backend would decide, for sessions that are told live. */
export function matches(session: Session, filters: FilterTexts, now: number): boolean {
  const { errors, grep, service, since, until } = readFilters(
    sessionFilters,
    Object.entries(filters),
    now,
  );
  if (errors === true && session.errors === 0) return false;
  if (service !== undefined && !session.services.includes(service)) return false;
  if (since !== undefined && Date.parse(session.last_at) < since) return false;
  if (until !== undefined && Date.parse(session.started_at) > until) return false;
  if (grep === undefined) return true;
  const { agent, aliases, channel, id, models, services } = session;
  const texts = [id, agent, channel?.type, channel?.id, ...aliases, ...models, ...services];
  return texts.some((text) => text?.toLowerCase().includes(grep.toLowerCase()) === true);
}
