import { structuredMetadataName } from "@throughline/core";
import type { Logfmt } from "../tree.ts";
import type { Line } from "./line.ts";

/** `at=info path="/a b" debug`: pairs and single words, or what is none of these. */
const PAIR = /\s*(?:([^\s="]+)(?:=(?:"((?:[^"\\]|\\.)*)"|([^\s="]*)))?(?=\s|$)|(\S+))/gy;

export function logfmtStage({ extract, keepEmpty, strict }: Logfmt): (line: Line) => boolean {
  const wanted =
    extract.length === 0
      ? undefined
      : new Map(extract.map(({ expression, label }) => [expression, label]));
  return (line) => {
    const seen = new Set<string>();
    for (const [, key, quoted, bare, misfit] of line.text.matchAll(PAIR)) {
      if (misfit !== undefined) {
        if (!strict) continue;
        line.fail("LogfmtParserErr", `this is no pair: ${misfit.slice(0, 40)}`);
        return true;
      }
      if (key === undefined) continue;
      const value = quoted === undefined ? (bare ?? "") : unescape(quoted);
      const label = wanted === undefined ? structuredMetadataName(key) : wanted.get(key);
      if (label === undefined || seen.has(label)) continue;
      if (value === "" && !keepEmpty && wanted === undefined) continue;
      seen.add(label);
      line.extract(label, value, true);
    }
    for (const label of wanted?.values() ?? []) if (!seen.has(label)) line.extract(label, "", true);
    return true;
  };
}

function unescape(text: string): string {
  if (!text.includes("\\")) return text;
  try {
    return JSON.parse(`"${text}"`) as string;
  } catch {
    return text;
  }
}
