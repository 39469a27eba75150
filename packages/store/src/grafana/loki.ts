import { createHash } from "node:crypto";
import { type LogExpression, printLogql } from "@throughline/query/logql";
import type { Engine } from "./engine.ts";
import { isObject, listIn } from "./json.ts";
import type { Window } from "./window.ts";

/** A line as Loki gives it back. */
export interface LokiLine {
  readonly timeNs: bigint;
  readonly line: string;
  /** Index labels. */
  readonly stream: Readonly<Record<string, string>>;
  readonly metadata: Readonly<Record<string, string>>;
  /** The same for the same line, told apart from lines that are equal in everything by their number. */
  readonly id: string;
}

export interface LinePage {
  /** Newest first. */
  readonly lines: readonly LokiLine[];
  /** What Loki said about lines that are not among them. */
  readonly warnings: readonly string[];
}

/** Loki's bound for one answer (`max_entries_limit_per_query`). */
const PAGE = 5_000;
const CATEGORIES = { "x-loki-response-encoding-flags": "categorize-labels" };

export class Loki {
  readonly #engine: Engine;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** Newest first, page by page, each line once. Who has enough stops asking. */
  async *pages(
    query: LogExpression,
    { since, until }: Window,
    signal?: AbortSignal,
  ): AsyncGenerator<LinePage> {
    const text = printLogql(query);
    const start = BigInt(Math.floor(since)) * 1_000_000n;
    // The end does not belong to what Loki gives.
    let end = (BigInt(Math.ceil(until)) + 1n) * 1_000_000n;
    let seen = new Set<string>();
    while (start < end) {
      const { lines: page, warnings } = await this.#page(text, start, end, signal);
      const fresh = page.filter(({ id }) => !seen.has(id)).toSorted(newestFirst);
      if (fresh.length > 0 || warnings.length > 0) yield { lines: fresh, warnings };
      const oldest = page.reduce((least, { timeNs }) => (timeNs < least ? timeNs : least), end);
      if (page.length < PAGE) return;
      // Lines of the oldest time may have been cut apart: they are asked for again, unless they alone fill a page.
      end = oldest + 1n < end ? oldest + 1n : oldest;
      seen = new Set(page.flatMap(({ id, timeNs }) => (timeNs === oldest ? [id] : [])));
    }
  }

  async #page(
    query: string,
    start: bigint,
    end: bigint,
    signal: AbortSignal | undefined,
  ): Promise<LinePage> {
    const { partial, value: answer } = await this.#engine.json({
      path: "/loki/api/v1/query_range",
      query: {
        query,
        start: String(start),
        end: String(end),
        limit: PAGE,
        direction: "backward",
      },
      headers: CATEGORIES,
      signal,
    });
    const data = isObject(answer) ? answer["data"] : undefined;
    const twins = new Map<string, number>();
    return {
      lines: listIn(data, "result").flatMap((stream) => linesOf(stream, twins)),
      warnings: [...listIn(answer, "warnings"), partial].filter((said) => typeof said === "string"),
    };
  }
}

function newestFirst(one: LokiLine, other: LokiLine): number {
  return one.timeNs < other.timeNs ? 1 : one.timeNs > other.timeNs ? -1 : 0;
}

function linesOf(result: unknown, twins: Map<string, number>): LokiLine[] {
  const stream = textsIn(isObject(result) ? result["stream"] : undefined);
  const streamKey = sorted(stream);
  return listIn(result, "values").flatMap((value) => {
    const [time, line, more] = Array.isArray(value) ? value : [];
    if (typeof time !== "string" || typeof line !== "string" || !/^\d{1,19}$/.test(time)) return [];
    const metadata = textsIn(isObject(more) ? more["structuredMetadata"] : undefined);
    const key = JSON.stringify([time, line, streamKey, sorted(metadata)]);
    const twin = twins.get(key) ?? 0;
    twins.set(key, twin + 1);
    return [{ timeNs: BigInt(time), line, stream, metadata, id: `${digest(key)}.${twin}` }];
  });
}

function textsIn(value: unknown): Readonly<Record<string, string>> {
  const texts: Record<string, string> = Object.create(null);
  if (isObject(value))
    for (const [key, text] of Object.entries(value))
      if (typeof text === "string") texts[key] = text;
  return texts;
}

function sorted(texts: Readonly<Record<string, string>>): readonly (readonly [string, string])[] {
  return Object.entries(texts).toSorted(([one], [other]) => (one < other ? -1 : 1));
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("base64url").slice(0, 22);
}
