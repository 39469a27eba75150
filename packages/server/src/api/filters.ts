import type { LiveQuery, RecordQuery, SessionQuery } from "@throughline/store";

import { Refusal } from "../refusal/refusal.ts";
import { flag, oneOf, readParameters, text, time, whole } from "./parameters.ts";

const window = { since: time, until: time };
const matching = { service: text, errors: flag, grep: text };
const ofRecords = {
  ...matching,
  kind: oneOf("span", "log"),
  level: oneOf("trace", "debug", "info", "warn", "error", "fatal"),
  turn: text,
};

export function sessionQuery(query: string): SessionQuery {
  const read = readParameters(
    {
      ...window,
      ...matching,
      sort: oneOf("last", "duration", "cost", "errors"),
      limit: whole(1, 1_000),
      cursor: text,
    },
    query,
  );
  return inOrder({ limit: 100, ...read });
}

export function recordQuery(query: string): RecordQuery {
  const { attributes, rest } = takeAttributes(query);
  const paging = { limit: whole(1, 5_000), cursor: text };
  const read = readParameters({ ...window, ...ofRecords, ...paging }, rest);
  return inOrder({ limit: 1_000, ...read, ...attributes });
}

/** Over all sessions a window is needed; the last hour is what people ask for. */
export function searchQuery(query: string): RecordQuery & { readonly since: number } {
  return { since: Date.now() - 3_600_000, ...recordQuery(query) };
}

/** `lastEventId` is what a browser sends when it connects again by itself: it knows better than the address it was given. */
export function liveQuery(query: string, lastEventId: string | undefined): LiveQuery {
  const { attributes, rest } = takeAttributes(query);
  const read = readParameters({ since: time, ...ofRecords, cursor: text, records: flag }, rest);
  return { ...read, ...attributes, ...(lastEventId !== undefined && { cursor: lastEventId }) };
}

export function noParameters(query: string): void {
  readParameters({}, query);
}

const attributePrefix = "attr.";
const mostAttributes = 16;

/** `attr.gen_ai.tool.name=refund`: names are open, so they stand apart from the parameters above. */
function takeAttributes(query: string): {
  readonly attributes: Pick<RecordQuery, "attributes">;
  readonly rest: string;
} {
  const rest = new URLSearchParams();
  const wanted = Object.create(null) as Record<string, string>;
  for (const [name, value] of new URLSearchParams(query)) {
    if (!name.startsWith(attributePrefix)) rest.append(name, value);
    else wanted[name.slice(attributePrefix.length)] = text(value);
  }
  const count = Object.keys(wanted).length;
  if (count > mostAttributes) {
    throw new Refusal("bad_parameter", `At most ${mostAttributes} attributes can be asked for.`);
  }
  return { attributes: count === 0 ? {} : { attributes: wanted }, rest: rest.toString() };
}

function inOrder<Q extends { readonly since?: number; readonly until?: number }>(query: Q): Q {
  const { since, until } = query;
  if (since !== undefined && until !== undefined && since > until) {
    throw new Refusal("bad_parameter", `"since" is later than "until".`);
  }
  return query;
}
