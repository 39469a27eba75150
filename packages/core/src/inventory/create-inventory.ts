import { type CodeLocation, codeLocation } from "../code-location.ts";
import type { FieldName } from "../dialects/dialect.ts";
import { genAi } from "../dialects/gen-ai.ts";
import { dialects } from "../dialects/registry.ts";
import { attr } from "../names.ts";
import { type ContextField, contextFields, type Emission, type Site } from "./site.ts";

/** Span names with ids in them make every record a place of its own: what is beyond is counted as one. */
const SITES_KEPT = 5_000;
const BEYOND = "(further names)";
export const LOG_LINE = "log record";

export interface Inventory {
  add(emission: Emission): void;
  /** Places with the most records that lack their session first. */
  sites(): readonly Site[];
}

type Open = { -readonly [key in keyof Site]: Site[key] } & {
  readonly fields: Record<ContextField, number>;
};

/** Collects every place that emits, in memory that is bounded by the number of places. */
export function createInventory(): Inventory {
  const sites = new Map<string, Open>();
  return {
    add(emission) {
      const site = siteOf(sites, emission, codeLocation(emission.attributes));
      site.count++;
      if (emission.hasSession) site.with_session++;
      site.step ??= emission.step;
      for (const field of contextFields)
        if (fieldKeys[field].some((key) => emission.attributes[key] !== undefined))
          site.fields[field]++;
    },
    sites: () =>
      [...sites.values()]
        .map((site) => Object.freeze({ ...site, fields: Object.freeze({ ...site.fields }) }))
        .toSorted(
          (a, b) =>
            b.count - b.with_session - (a.count - a.with_session) ||
            b.count - a.count ||
            (keyOf(a, a.code) < keyOf(b, b.code) ? -1 : 1),
        ),
  };
}

/** By any emitter's name for it. */
function keysOf(field: FieldName): readonly string[] {
  return [...new Set([genAi, ...dialects].flatMap(({ fields }) => fields?.[field] ?? []))];
}

const fieldKeys: Readonly<Record<ContextField, readonly string[]>> = {
  channel: [attr.channelType, attr.channelId],
  turn: [attr.turnId, ...keysOf("turn")],
  agent: [attr.agentRunId, ...keysOf("agent")],
  model: keysOf("model"),
  provider: keysOf("provider"),
};

function siteOf(sites: Map<string, Open>, emission: Emission, code: CodeLocation | null): Open {
  const name = emission.name === "" ? LOG_LINE : emission.name;
  const key = keyOf({ ...emission, name }, code);
  const found = sites.get(key);
  if (found !== undefined) return found;
  const { kind, scope, service } = emission;
  if (sites.size < SITES_KEPT) return open(sites, key, { kind, service, scope, name }, code);
  const beyond = { kind, service: "", scope: "", name: BEYOND };
  const collected = keyOf(beyond, null);
  return sites.get(collected) ?? open(sites, collected, beyond, null);
}

type Named = Pick<Site, "kind" | "service" | "scope" | "name">;

function open(sites: Map<string, Open>, key: string, named: Named, code: Site["code"]): Open {
  const site: Open = {
    ...named,
    code,
    step: null,
    count: 0,
    with_session: 0,
    fields: { channel: 0, turn: 0, agent: 0, model: 0, provider: 0 },
  };
  sites.set(key, site);
  return site;
}

function keyOf({ kind, name, scope, service }: Named, code: CodeLocation | null): string {
  return JSON.stringify([kind, service, scope, name, code?.file, code?.line]);
}
