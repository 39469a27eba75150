import { structuredMetadataName } from "@throughline/core";

export interface LineField {
  readonly name: string;
  readonly value: string;
  /** Where it stands in JSON. */
  readonly path?: readonly string[];
}

export interface LineFields {
  readonly parser: "json" | "logfmt";
  readonly fields: readonly LineField[];
}

const mostFields = 200;
const deepest = 8;
const longest = 64 * 1024;

/** What a line holds that is JSON or logfmt; nothing of any other. */
export function fieldsOfLine(line: string): LineFields {
  if (line.length > longest) return { parser: "json", fields: [] };
  return /^\s*\{/.test(line)
    ? { parser: "json", fields: jsonFields(line) }
    : { parser: "logfmt", fields: logfmtFields(line) };
}

function jsonFields(line: string): LineField[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch {
    return [];
  }
  const fields: LineField[] = [];
  const walk = (value: unknown, path: readonly string[]): void => {
    if (fields.length >= mostFields || path.length > deepest || Array.isArray(value)) return;
    if (typeof value === "object" && value !== null) {
      for (const [key, inner] of Object.entries(value)) walk(inner, [...path, key]);
    } else if (typeof value === "string" || typeof value === "number" || typeof value === "boolean")
      fields.push({ name: structuredMetadataName(path.join("_")), value: String(value), path });
  };
  walk(parsed, []);
  return fields.filter(({ path }) => path?.length !== 0);
}

const pair = /(?:^|\s)([A-Za-z_][\w.-]*)=(?:"((?:[^"\\]|\\.)*)"|([^\s"]*))(?=\s|$)/g;

function logfmtFields(line: string): LineField[] {
  const fields: LineField[] = [];
  for (const [, name = "", quoted, bare = ""] of line.matchAll(pair)) {
    if (fields.length >= mostFields) break;
    const value = quoted?.replaceAll(/\\(.)/g, "$1") ?? bare;
    if (value !== "") fields.push({ name: structuredMetadataName(name), value });
  }
  return fields;
}
