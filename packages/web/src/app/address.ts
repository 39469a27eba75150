import { readSessionSegment, writeSessionSegment } from "@throughline/core/session";

import { sorts, type Sort } from "../outline/rows.ts";

/** What is shown, all of it: the address says it, so that a link, a reload and the back button do. */
export type Place = SessionsPlace | SessionPlace | ComparePlace;

export interface SessionsPlace {
  readonly view: "sessions";
  /** As the command line and the API have them: since, until, service, errors, grep, sort. */
  readonly filters: Readonly<Record<string, string>>;
}

export const tabs = ["timeline", "transcript", "logs", "charts", "contract"] as const;
export type Tab = (typeof tabs)[number];

export interface SessionPlace {
  readonly view: "session";
  readonly id: string;
  readonly tab: Tab;
  /** The record whose details are open. */
  readonly item: string | null;
  readonly find: string;
  readonly only: boolean;
  readonly level: string | null;
  /** Null while nobody chose: the page then hides what would drown the rest. */
  readonly hide: readonly Sort[] | null;
  readonly depth: number | null;
  /** Part of the axis that is looked at, from 0 to 1. */
  readonly range: readonly [number, number];
}

export interface ComparePlace {
  readonly view: "compare";
  readonly a: string;
  readonly b: string;
}

export const filterNames = ["since", "until", "service", "errors", "grep", "sort"] as const;

export const anywhere: SessionsPlace = { view: "sessions", filters: {} };

export function sessionPlace(id: string): SessionPlace {
  return {
    view: "session",
    id,
    tab: "timeline",
    item: null,
    find: "",
    only: false,
    level: null,
    hide: null,
    depth: null,
    range: [0, 1],
  };
}

export function readPlace(path: string, search: string): Place {
  const query = new URLSearchParams(search);
  if (path === "/compare") {
    return { view: "compare", a: query.get("a") ?? "", b: query.get("b") ?? "" };
  }
  const segment = /^\/sessions\/([^/]+)$/.exec(path)?.[1] ?? "";
  const id = readSessionSegment(segment) ?? "";
  if (id !== "") return readSession(id, query);
  const filters: Record<string, string> = {};
  for (const name of filterNames) {
    const value = query.get(name);
    if (value !== null) filters[name] = value;
  }
  return { view: "sessions", filters };
}

function readSession(id: string, query: URLSearchParams): SessionPlace {
  const hidden = query.get("hide");
  const depth = Number(query.get("depth") ?? Number.NaN);
  return {
    view: "session",
    id,
    tab: tabs.find((tab) => tab === query.get("tab")) ?? "timeline",
    item: query.get("item"),
    find: query.get("find") ?? "",
    only: query.has("only"),
    level: query.get("level"),
    hide: hidden === null ? null : sorts.filter((sort) => hidden.split(" ").includes(sort)),
    depth: Number.isInteger(depth) && depth >= 0 ? depth : null,
    range: readRange(query.get("range")),
  };
}

function readRange(text: string | null): readonly [number, number] {
  const [from = Number.NaN, to = Number.NaN] = (text ?? "").split("-").map(Number);
  return from >= 0 && to <= 1 && to - from >= 1e-6 ? [from, to] : [0, 1];
}

/** Path and query. */
export function writePlace(place: Place): string {
  const query = new URLSearchParams();
  if (place.view === "compare") {
    query.set("a", place.a);
    query.set("b", place.b);
    return `/compare?${query}`;
  }
  if (place.view === "sessions") {
    for (const name of filterNames) {
      const value = place.filters[name];
      if (value !== undefined) query.set(name, value);
    }
    return withQuery("/", query);
  }
  const { depth, find, hide, id, item, level, only, range, tab } = place;
  if (tab !== "timeline") query.set("tab", tab);
  if (item !== null) query.set("item", item);
  if (find !== "") query.set("find", find);
  if (only) query.set("only", "");
  if (level !== null) query.set("level", level);
  if (hide !== null) query.set("hide", hide.join(" "));
  if (depth !== null) query.set("depth", String(depth));
  if (range[0] > 0 || range[1] < 1) query.set("range", range.map(rounded).join("-"));
  return withQuery(`/sessions/${writeSessionSegment(id)}`, query);
}

function rounded(x: number): string {
  return String(Math.round(x * 1e6) / 1e6);
}

function withQuery(path: string, query: URLSearchParams): string {
  const text = query.toString();
  return text === "" ? path : `${path}?${text}`;
}
