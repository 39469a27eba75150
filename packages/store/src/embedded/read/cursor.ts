import { ReadRefusal } from "../../refusal.ts";

/** Cursors are ours to read: what they hold may change with every version, and whoever gets one only hands it back. */
export function writeCursor(...parts: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(parts), "utf8").toString("base64url");
}

type Kind = "text" | "number";
type Parts<K extends readonly Kind[]> = {
  -readonly [I in keyof K]: K[I] extends "text" ? string : number;
};

/** What follows `head` in a cursor of ours; refuses everything else. */
export function readCursor<const K extends readonly Kind[]>(
  cursor: string,
  head: readonly string[],
  kinds: K,
): Parts<K> {
  const parts = parse(cursor);
  const rest = parts.slice(head.length);
  if (head.every((part, index) => parts[index] === part) && isOf(rest, kinds)) return rest;
  throw new ReadRefusal("bad-cursor", "The cursor is none that was given out for this question.");
}

function isOf<K extends readonly Kind[]>(parts: readonly unknown[], kinds: K): parts is Parts<K> {
  return (
    parts.length === kinds.length &&
    kinds.every((kind, index) =>
      kind === "text" ? typeof parts[index] === "string" : Number.isFinite(parts[index]),
    )
  );
}

function parse(cursor: string): readonly unknown[] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
    return Array.isArray(parts) ? parts : [];
  } catch {
    return [];
  }
}
