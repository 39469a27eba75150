import { levelNames } from "../session/level.ts";
import { type Filter, FilterFault, flag, oneOf, text, time, whole } from "./filter.ts";

/** Filters by name. What is not in a grammar is refused: a filter that silently does nothing gives a wrong answer. */
export type Grammar = Readonly<Record<string, Pick<Filter<unknown>, "read">>>;

type ValueOf<F> = F extends { read(text: string, now: number): infer T } ? T : never;
export type Reading<G extends Grammar> = { readonly [K in keyof G]?: ValueOf<G[K]> };

const window = { since: time, until: time };
const matching = { service: text, errors: flag, grep: text };
const ofRecords = {
  ...matching,
  kind: oneOf("span", "log"),
  level: oneOf(...levelNames),
  turn: text,
};

/** Of a list of sessions. */
export const sessionFilters = {
  ...window,
  ...matching,
  sort: oneOf("last", "duration", "cost", "errors"),
  limit: whole(1, 1_000),
} as const;

/** Of the records of one session, or of a search over all. */
export const recordFilters = { ...window, ...ofRecords, limit: whole(1, 5_000) } as const;

/** Of what is followed live. */
export const liveFilters = { since: time, ...ofRecords } as const;

/** Attribute equality, e.g. { "gen_ai.tool.name": "refund" }. */
export interface AttributeFilters {
  readonly attributes?: Readonly<Record<string, string>>;
}

type Given = Iterable<readonly [name: string, text: string]>;

export function readFilters<G extends Grammar>(grammar: G, given: Given, now: number): Reading<G> {
  const values = Object.create(null) as Record<string, unknown>;
  for (const [name, text] of given) {
    const filter = Object.hasOwn(grammar, name) ? grammar[name] : undefined;
    if (filter === undefined) {
      const known = Object.keys(grammar).join(", ");
      throw new FilterFault(`is unknown here; known: ${known}`, name.slice(0, 40));
    }
    if (name in values) throw new FilterFault("is given more than once", name);
    values[name] = about(name, () => filter.read(text, now));
  }
  const { since, until } = values;
  if (typeof since === "number" && typeof until === "number" && since > until)
    throw new FilterFault(`is later than "until"`, "since");
  return { ...values } as Reading<G>;
}

const attributePrefix = "attr.";
const mostAttributes = 16;

/** As above, with `attr.gen_ai.tool.name=refund`: names of attributes are open, so they stand apart from the filters. */
export function readRecordFilters<G extends Grammar>(
  grammar: G,
  given: Given,
  now: number,
): Reading<G> & AttributeFilters {
  const rest: (readonly [string, string])[] = [];
  const attributes = Object.create(null) as Record<string, string>;
  for (const [name, value] of given) {
    if (!name.startsWith(attributePrefix)) rest.push([name, value]);
    else attributes[name.slice(attributePrefix.length)] = about(name, () => text.read(value, now));
  }
  const count = Object.keys(attributes).length;
  if (count > mostAttributes)
    throw new FilterFault(`is one of more than ${mostAttributes} attributes`, attributePrefix);
  const read = readFilters(grammar, rest, now);
  return count === 0 ? read : { ...read, attributes };
}

const every = { ...sessionFilters, ...recordFilters } as const;
type Every = Omit<Reading<typeof every>, "level"> & { readonly level?: string };

/** As URL parameters, in the order of the grammar. Reading them gives the same filters at any time. */
export function writeFilters(filters: Every & AttributeFilters): URLSearchParams {
  const parameters = new URLSearchParams();
  for (const [name, { write }] of Object.entries<Pick<Filter<never>, "write">>(every)) {
    const value = filters[name as keyof Every];
    if (value !== undefined) parameters.set(name, write(value as never));
  }
  for (const [name, value] of Object.entries(filters.attributes ?? {}))
    parameters.set(`${attributePrefix}${name}`, value);
  return parameters;
}

function about<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof FilterFault ? new FilterFault(error.message, name) : error;
  }
}
