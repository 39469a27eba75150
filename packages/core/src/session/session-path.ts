/**
 * A session's id, alias or prefix as one segment of a URL's path. Every client takes `.` and `..` out of a path, in
 * percent-encoding too, and so these two are written behind a control character, which no id holds.
 */
export function writeSessionSegment(reference: string): string {
  const encoded = encodeURIComponent(reference.toWellFormed());
  return isDots(encoded) ? dotsAhead + encoded : encoded;
}

/** Undefined where the percent-encoding is broken. */
export function readSessionSegment(segment: string): string | undefined {
  const dots = segment.slice(dotsAhead.length);
  if (segment.startsWith(dotsAhead) && isDots(dots)) return dots;
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}

const dotsAhead = "%7F";

function isDots(text: string): boolean {
  return text === "." || text === "..";
}
