/** W3C Trace Context, level 2. */
export interface TraceContext {
  readonly traceId: string;
  readonly spanId: string;
  /** The flags byte: 1 sampled, 2 random trace id. */
  readonly flags: number;
}

export const sampledFlag = 1;
export const randomFlag = 2;

const shape = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

export function parseTraceparent(header: string | undefined): TraceContext | undefined {
  const [, version, traceId, spanId, flags, rest] = shape.exec(header?.trim() ?? "") ?? [];
  if (version === undefined || traceId === undefined || spanId === undefined) return undefined;
  // Only later versions may say more; ff is none.
  if (version === "ff" || (version === "00" && rest !== undefined)) return undefined;
  if (!isTraceId(traceId) || !isSpanId(spanId)) return undefined;
  return { traceId, spanId, flags: Number.parseInt(flags ?? "0", 16) };
}

export function formatTraceparent({ traceId, spanId, flags }: TraceContext): string {
  // Bits that level 2 does not define are sent as zero.
  return `00-${traceId}-${spanId}-0${flags & (sampledFlag | randomFlag)}`;
}

export function isTraceId(text: string): boolean {
  return /^[0-9a-f]{32}$/.test(text) && text !== "0".repeat(32);
}

export function isSpanId(text: string): boolean {
  return /^[0-9a-f]{16}$/.test(text) && text !== "0".repeat(16);
}

export interface TracestateEntry {
  readonly key: string;
  readonly value: string;
}

const maxEntries = 32;
const stateKey =
  /^(?:[a-z][a-z0-9_\-*/]{0,255}|[a-z0-9][a-z0-9_\-*/]{0,240}@[a-z][a-z0-9_\-*/]{0,13})$/;
const stateValue = /^[\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,255}[\x21-\x2b\x2d-\x3c\x3e-\x7e]$/;

/** One bad entry voids the whole state, as the specification asks; the traceparent stands without it. */
export function parseTracestate(
  header: string | readonly string[] | undefined,
): readonly TracestateEntry[] {
  const lines = header === undefined ? [] : typeof header === "string" ? [header] : header;
  const entries: TracestateEntry[] = [];
  const seen = new Set<string>();
  for (const line of lines)
    for (const piece of line.split(",")) {
      const text = piece.trim();
      if (text === "") continue;
      const equals = text.indexOf("=");
      const key = text.slice(0, Math.max(equals, 0));
      const value = text.slice(equals + 1);
      if (!stateKey.test(key) || !stateValue.test(value) || seen.has(key)) return [];
      if (entries.length === maxEntries) return [];
      seen.add(key);
      entries.push({ key, value });
    }
  return entries;
}

export function formatTracestate(entries: readonly TracestateEntry[]): string {
  return entries.map(({ key, value }) => `${key}=${value}`).join(",");
}
