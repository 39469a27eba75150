import { PartFault } from "../text/part-fault.ts";

/** `<ip> - <_> "<method>"`: what stands between the captures must occur in this order. */
type Part =
  | { readonly literal: string }
  /** Null for `<_>`. */
  | { readonly capture: string | null };

function readPattern(pattern: string): readonly Part[] {
  const parts: Part[] = [];
  let from = 0;
  for (const { 0: written, 1: name = "", index } of pattern.matchAll(/<([A-Za-z_]\w*)>/g)) {
    if (index > from) parts.push({ literal: pattern.slice(from, index) });
    else if (parts.length > 0)
      throw new PartFault("invalid", `nothing separates ${written} from the capture before it`);
    parts.push({ capture: name === "_" ? null : name });
    from = index + written.length;
  }
  if (from < pattern.length) parts.push({ literal: pattern.slice(from) });
  return parts;
}

/** Gives what the named captures hold, as far as the line follows the pattern; the rest of the line is free. */
export function patternReader(
  pattern: string,
): (line: string) => readonly (readonly [string, string])[] {
  const parts = readPattern(pattern);
  const names = parts.flatMap((part) =>
    "capture" in part && part.capture !== null ? [part.capture] : [],
  );
  if (names.length === 0)
    throw new PartFault("invalid", "a pattern needs a named capture, like <status>");
  if (new Set(names).size < names.length)
    throw new PartFault("invalid", "a pattern has each name once");
  return (line) => {
    const found: [string, string][] = [];
    let at = 0;
    for (const [index, part] of parts.entries()) {
      if ("literal" in part) {
        if (index === 0 && !line.startsWith(part.literal)) return [];
        at += part.literal.length;
        continue;
      }
      const next = parts[index + 1];
      const end =
        next !== undefined && "literal" in next ? line.indexOf(next.literal, at) : line.length;
      if (end === -1) return found;
      if (part.capture !== null) found.push([part.capture, line.slice(at, end)]);
      at = end;
    }
    return found;
  };
}

/** Whether a line as a whole looks like the pattern, in which `<_>` stands for anything. */
export function patternTest(pattern: string): (line: string) => boolean {
  const parts = readPattern(pattern);
  if (parts.some((part) => "capture" in part && part.capture !== null))
    throw new PartFault("invalid", "a filter's pattern has no names; write <_>");
  const middle = parts.flatMap((part) => ("literal" in part ? [part.literal] : []));
  const first = isCapture(parts[0]) ? "" : (middle.shift() ?? "");
  const last = isCapture(parts.at(-1)) ? "" : middle.pop();
  return (line) => {
    // Without a capture the one literal is the line.
    if (last === undefined) return line === first;
    const end = line.length - last.length;
    let at = first.length;
    if (!line.startsWith(first) || !line.endsWith(last) || end < at) return false;
    for (const literal of middle) {
      const found = line.indexOf(literal, at);
      if (found === -1) return false;
      at = found + literal.length;
    }
    return at <= end;
  };
}

function isCapture(part: Part | undefined): boolean {
  return part !== undefined && "capture" in part;
}
