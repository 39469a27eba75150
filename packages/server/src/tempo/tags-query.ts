import { parseDuration } from "@throughline/query";
import { printField } from "@throughline/query/traceql";

import { type Parameters, unreadable } from "../protocol/parameters.ts";
import { Refusal } from "../refusal/refusal.ts";

/** What a search may say beside its tags. */
const others = new Set([
  "q",
  "tags",
  "limit",
  "start",
  "end",
  "since",
  "spss",
  "minDuration",
  "maxDuration",
]);

/** The older form of a search, `tags=service.name=shop http.status_code=500`, in TraceQL. */
export function queryOfTags(parameters: Parameters, tags: string | undefined): string {
  const wanted = tags === undefined ? looseTags(parameters) : readTags(tags);
  const conditions = Array.from(wanted, ([key, value]) => condition(key, value));
  const [least, most] = [duration(parameters, "minDuration"), duration(parameters, "maxDuration")];
  if (least !== undefined && most !== undefined && most < least)
    throw new Refusal("bad_parameter", `"maxDuration" is shorter than "minDuration".`);
  if (least !== undefined) conditions.push(`trace:duration >= ${least}ns`);
  if (most !== undefined) conditions.push(`trace:duration <= ${most}ns`);
  return `{ ${conditions.join(" && ")} }`;
}

/** Older clients send tags as parameters of their own. */
function looseTags(parameters: Parameters): ReadonlyMap<string, string> {
  if (parameters.text("start", "end") !== undefined) return new Map();
  return new Map(parameters.entries().filter(([name]) => !others.has(name)));
}

const pair = /\s*([^\s="]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s"]*))(?=\s|$)/y;

/** logfmt. */
function readTags(text: string): ReadonlyMap<string, string> {
  const tags = new Map<string, string>();
  pair.lastIndex = 0;
  for (let end = 0; end < text.trimEnd().length; end = pair.lastIndex) {
    const found = pair.exec(text);
    if (found === null) throw unreadable("tags", text, "key=value pairs");
    const [, key = "", quoted, bare = ""] = found;
    if (tags.has(key)) throw new Refusal("bad_parameter", `The tag "${key}" is given twice.`);
    tags.set(key, quoted?.replaceAll(/\\(.)/g, "$1") ?? bare);
  }
  return tags;
}

const intrinsics: Readonly<Record<string, string>> = {
  name: "name",
  "root.name": "rootName",
  "root.service.name": "rootServiceName",
};

function condition(key: string, value: string): string {
  if (key === "error" && value === "true") return "status = error";
  if (key === "status.code" && /^(?:ok|error|unset)$/.test(value)) return `status = ${value}`;
  const text = printField({ kind: "literal", type: "string", value });
  const intrinsic = Object.hasOwn(intrinsics, key) ? intrinsics[key] : undefined;
  if (intrinsic !== undefined) return `${intrinsic} = ${text}`;
  const field = printField({ kind: "attribute", scope: "any", name: key });
  if (value === "true" || value === "false") return `(${field} = ${text} || ${field} = ${value})`;
  return /^-?\d{1,15}$/.test(value)
    ? `(${field} = ${text} || ${field} = ${value})`
    : `${field} = ${text}`;
}

function duration(parameters: Parameters, name: string): number | undefined {
  const value = parameters.text(name);
  if (value === undefined) return undefined;
  const ns = parseDuration(value);
  if (ns === undefined || ns < 0) throw unreadable(name, value, "a duration like 100ms or 1m30s");
  return Math.round(ns);
}
