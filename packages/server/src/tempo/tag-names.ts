import type { AttributeNames, TelemetryScope } from "@throughline/store";

import { answerJson, saidPartial } from "../protocol/answer.ts";
import { Parameters } from "../protocol/parameters.ts";
import { Refusal } from "../refusal/refusal.ts";
import { lenientFetch } from "./lenient-query.ts";
import type { Ask } from "../protocol/ask.ts";
import { searchWindow } from "./window.ts";

/** Names change slowly: without a window the last day is looked at. */
export const lookback = 86_400_000_000_000n;

const scopes: readonly TelemetryScope[] = ["resource", "span", "event", "link", "instrumentation"];

const intrinsics = [
  "duration",
  "event:name",
  "event:timeSinceStart",
  "instrumentation:name",
  "instrumentation:version",
  "kind",
  "name",
  "rootName",
  "rootServiceName",
  "span:duration",
  "span:kind",
  "span:name",
  "span:status",
  "span:statusMessage",
  "status",
  "statusMessage",
  "trace:duration",
  "trace:rootName",
  "trace:rootService",
  "traceDuration",
];

export const tagNames: Ask = async (reader, visit, signal) => {
  const { limit, query, scope } = asked(visit.query);
  const found = await reader.attributeNames(query, { signal });
  const names = scopesOf(found, scope).flatMap(({ tags }) => tags);
  await answerJson(
    visit,
    { tagNames: [...new Set(names)].slice(0, limit), metrics: metricsOf(found) },
    saidPartial(found.partial),
  );
};

export const tagNamesByScope: Ask = async (reader, visit, signal) => {
  const { limit, query, scope } = asked(visit.query);
  const found = await reader.attributeNames(query, { signal });
  const named = scopesOf(found, scope).map(({ name, tags }) => ({
    name,
    tags: tags.slice(0, limit),
  }));
  await answerJson(visit, { scopes: named, metrics: metricsOf(found) }, saidPartial(found.partial));
};

function asked(query: string) {
  const parameters = new Parameters(query);
  const scope = parameters.text("scope") ?? "";
  if (
    scope !== "" &&
    scope !== "intrinsic" &&
    scope !== "none" &&
    !scopes.some((each) => each === scope)
  )
    throw new Refusal("bad_parameter", `"scope" takes one of ${scopes.join(", ")}, intrinsic.`);
  return {
    scope: scope === "none" ? "" : scope,
    limit: limitOf(parameters),
    query: {
      window: searchWindow(parameters, lookback),
      fetch: lenientFetch(parameters.text("q")),
    },
  };
}

/** 0 means all. */
export function limitOf(parameters: Parameters): number {
  const limit = parameters.whole("limit", 0, 1_000_000) ?? 0;
  return limit === 0 ? 10_000 : Math.min(limit, 10_000);
}

function scopesOf({ names }: AttributeNames, scope: string) {
  return [
    ...scopes.map((name) => ({ name: name as string, tags: names[name] })),
    { name: "intrinsic", tags: intrinsics },
  ].filter(({ name, tags }) => (scope === "" || scope === name) && tags.length > 0);
}

export function metricsOf({ bytes }: { readonly bytes: number }): object {
  return bytes > 0 ? { inspectedBytes: String(bytes) } : {};
}
