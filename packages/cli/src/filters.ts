import {
  FilterFault,
  type Grammar,
  type Reading,
  readFilters,
  recordFilters,
  sessionFilters,
} from "@throughline/core/filters";

import { UsageError } from "./exit-codes.ts";

const matching = {
  since: { type: "string" },
  until: { type: "string" },
  service: { type: "string" },
  errors: { type: "boolean" },
  grep: { type: "string" },
  limit: { type: "string", short: "n" },
} as const;

export const sessionFilterOptions = { ...matching, sort: { type: "string" } } as const;

export const recordFilterOptions = {
  ...matching,
  level: { type: "string" },
  kind: { type: "string" },
  turn: { type: "string" },
} as const;

const matchingHelp = `  --since, --until T  15m, 2h, 7d, now-1h, RFC 3339 or an epoch
  --service NAME      of this service only
  --errors            with errors only
`;

export const sessionFilterHelp = `${matchingHelp}  --grep TEXT         in id, alias, agent, channel, model or service
  --sort KEY          last (default), duration, cost or errors; largest first
  -n, --limit N       at most so many
`;

export const recordFilterHelp = `${matchingHelp}  --level LEVEL       log records at or above it, and spans in error
  --kind KIND         span or log
  --grep TEXT         anywhere in name, body, attributes or events; case matters
  --turn TURN         one turn: its number from 0, or its id
  -n, --limit N       at most so many
`;

type Given = Readonly<Record<string, string | boolean | undefined>>;

export function sessionFiltersOf(given: Given): Reading<typeof sessionFilters> {
  return filtersOf(sessionFilters, given);
}

export function recordFiltersOf(given: Given): Reading<typeof recordFilters> {
  return filtersOf(recordFilters, given);
}

/** What of a command's flags is a filter, read as the server reads it from an address. */
function filtersOf<G extends Grammar>(grammar: G, given: Given): Reading<G> {
  const said = Object.entries(given).flatMap(([name, value]) =>
    value === undefined || !Object.hasOwn(grammar, name) ? [] : [[name, String(value)] as const],
  );
  try {
    return readFilters(grammar, said, Date.now());
  } catch (error) {
    if (!(error instanceof FilterFault)) throw error;
    throw new UsageError(`--${error.filter} ${error.message}.`);
  }
}
