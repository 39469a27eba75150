import { profile } from "../../profile.ts";
import { ruleIds, type Level, type RuleId } from "../finding.ts";
import type { Allowance, Policy } from "./policy.ts";

/** What `throughline.verify.json` says. */
export interface PolicyFile extends Policy {
  /** The name of a built-in profile. */
  readonly profile: string | undefined;
}

/** One thing that is wrong in a file of ours, in words for who wrote it. */
export interface FileFault {
  /** Where, as a path of keys: `allow[2].rule`. Empty for the whole. */
  readonly at: string;
  readonly message: string;
}

const levelWords: readonly (Level | "off")[] = ["violation", "improvement", "information", "off"];
const patternKeys = ["service", "scope", "name"] as const;
const allowanceKeys: readonly string[] = ["rule", ...patternKeys, "reason"];
const fileKeys: readonly string[] = ["$schema", "profile", "rules", "allow"];

/** Reads the parsed JSON of a policy file; says everything that is wrong with it, not only the first. */
export function readPolicy(
  json: unknown,
): { readonly policy: PolicyFile } | { readonly faults: readonly FileFault[] } {
  const faults: FileFault[] = [];
  const fault = (at: string, message: string): void => void faults.push({ at, message });
  if (!isObject(json)) return { faults: [{ at: "", message: "The file must hold one object." }] };
  strangers(json, fileKeys, "", fault);
  const policy: PolicyFile = {
    profile: profileIn(json["profile"], fault),
    levels: levelsIn(json["rules"], fault),
    allow: allowancesIn(json["allow"], fault),
  };
  return faults.length > 0 ? { faults } : { policy };
}

type Fault = (at: string, message: string) => void;

function profileIn(value: unknown, fault: Fault): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value === "string" && profile(value) !== undefined) return value;
  fault("profile", `There is no profile ${shown(value)}; built in are "default" and "ameide".`);
  return undefined;
}

function levelsIn(value: unknown, fault: Fault): Policy["levels"] {
  const levels: { [rule in RuleId]?: Level | "off" } = {};
  if (value === undefined) return levels;
  if (!isObject(value)) {
    fault("rules", 'It must be an object such as { "C18": "off" }.');
    return levels;
  }
  for (const [key, word] of Object.entries(value)) {
    const rule = ruleIds.find((id) => id === key);
    const level = levelWords.find((each) => each === word);
    if (rule === undefined) fault(`rules.${key}`, NO_SUCH_RULE);
    else if (level === undefined)
      fault(`rules.${key}`, `${shown(word)} is no level; levels are ${levelWords.join(", ")}.`);
    else levels[rule] = level;
  }
  return levels;
}

function allowancesIn(value: unknown, fault: Fault): readonly Allowance[] {
  if (value === undefined) return [];
  if (Array.isArray(value))
    return value.map((each: unknown, index) => allowanceIn(each, `allow[${index}]`, fault));
  fault("allow", 'It must be a list such as [{ "rule": "C05", "service": "gateway" }].');
  return [];
}

function allowanceIn(value: unknown, at: string, fault: Fault): Allowance {
  if (!isObject(value)) {
    fault(at, "It must be an object with at least one of rule, service, scope and name.");
    return {};
  }
  strangers(value, allowanceKeys, `${at}.`, fault);
  const rule = ruleIds.find((id) => id === value["rule"]);
  if (value["rule"] !== undefined && rule === undefined) fault(`${at}.rule`, NO_SUCH_RULE);
  const patterns: { [key in (typeof patternKeys)[number]]?: string } = {};
  for (const key of patternKeys) {
    const pattern = value[key];
    if (typeof pattern === "string") patterns[key] = pattern;
    else if (pattern !== undefined) fault(`${at}.${key}`, "It must be a text; * stands for any.");
  }
  const { reason } = value;
  if (reason !== undefined && typeof reason !== "string")
    fault(`${at}.reason`, "It must be a text.");
  if (value["rule"] === undefined && patternKeys.every((key) => value[key] === undefined))
    fault(at, "It names nothing and would allow everything: say rule, service, scope or name.");
  return {
    ...(rule === undefined ? {} : { rule }),
    ...patterns,
    ...(typeof reason === "string" ? { reason } : {}),
  };
}

const NO_SUCH_RULE = "There is no such rule; rules are C01 to C20.";

/** A slip in a key would silently allow nothing. */
function strangers(value: object, known: readonly string[], before: string, fault: Fault): void {
  for (const key of Object.keys(value))
    if (!known.includes(key))
      fault(`${before}${key}`, `Nothing reads this key; known are ${known.join(", ")}.`);
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? "undefined";
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
