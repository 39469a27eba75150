import type { Profile } from "@throughline/core";
import type { LogExpression, Matcher } from "@throughline/query/logql";
import { type Held, heldLine, heldSpan } from "./held.ts";
import type { Loki } from "./loki.ts";
import { linesOfTraces } from "./queries.ts";
import { type Alternative, type FoundTrace, MOST_TRACES, type Tempo } from "./tempo.ts";
import type { Window } from "./window.ts";

export interface Engines {
  readonly tempo: Tempo | undefined;
  readonly loki: Loki | undefined;
  /** Of Loki's streams. */
  readonly selector: readonly Matcher[];
  readonly profile: Profile;
}

const AT_ONCE = 8;
/** Trace ids in one query: 128 KB of text is the most that Tempo takes, and long alternatives are slow in both. */
const IDS_A_QUERY = 50;
/** Lines that one question may read from Loki, ten pages. */
const MOST_LINES = 50_000;

/** What was fetched for one question, each record once, and why there may be more. */
export class Fetched {
  readonly #engines: Engines;
  readonly #window: Window;
  readonly #signal: AbortSignal | undefined;
  readonly #held = new Map<string, Held>();
  readonly #spansOf = new Set<string>();
  readonly #linesOf = new Set<string>();
  readonly #limits = new Set<string>();

  constructor(engines: Engines, window: Window, signal: AbortSignal | undefined) {
    this.#engines = engines;
    this.#window = window;
    this.#signal = signal;
  }

  get held(): readonly Held[] {
    return [...this.#held.values()];
  }

  get partial(): string | undefined {
    return this.#limits.size === 0 ? undefined : [...this.#limits].join(" ");
  }

  /** Says why there may be more than was fetched. */
  note(reason: string): void {
    this.#limits.add(reason);
  }

  /** Which traces have spans of which one of these holds. */
  async tracesWith(
    alternatives: readonly Alternative[],
    spans = 1,
  ): Promise<readonly FoundTrace[]> {
    const { tempo } = this.#engines;
    if (tempo === undefined) return [];
    const options = { spans, signal: this.#signal };
    const { more, partial, traces } = await tempo.search(alternatives, this.#window, options);
    for (const said of partial) this.note(said);
    if (more) this.note(`Only the newest ${MOST_TRACES} traces were looked at.`);
    return traces;
  }

  /** Adds these lines, and tells which they are. */
  async lines(query: LogExpression): Promise<readonly Held[]> {
    const { loki, profile } = this.#engines;
    if (loki === undefined) return [];
    const added: Held[] = [];
    for await (const page of loki.pages(query, this.#window, this.#signal)) {
      for (const said of page.warnings) this.note(said);
      for (const line of page.lines) added.push(this.hold(heldLine(line, profile)));
      if (added.length < MOST_LINES) continue;
      this.note(`Only the newest ${MOST_LINES} log records were looked at.`);
      break;
    }
    return added;
  }

  /** Adds whole traces, their log records too; tells which records are new. */
  async traces(ids: Iterable<string>): Promise<readonly Held[]> {
    const before = this.#held.size;
    const wanted = new Set(ids);
    const { loki, selector, tempo } = this.#engines;
    const spans = tempo === undefined ? [] : unseen(wanted, this.#spansOf);
    const lines = loki === undefined ? [] : unseen(wanted, this.#linesOf);
    const queries = chunks(lines, IDS_A_QUERY).map((some) => linesOfTraces(some, selector));
    await Promise.all([
      eachOf(spans, AT_ONCE, (id) => this.#trace(id)),
      eachOf(queries, 1, (query) => this.lines(query)),
    ]);
    return [...this.#held.values()].slice(before);
  }

  async #trace(id: string): Promise<void> {
    const answer = await this.#engines.tempo?.trace(id, this.#signal);
    if (answer?.partial !== undefined) this.note(answer.partial);
    for (const span of answer?.spans ?? []) this.hold(heldSpan(span));
  }

  /** The first of two spans with the same ids counts. */
  hold(held: Held): Held {
    const known = this.#held.get(held.id);
    if (known !== undefined) return known;
    this.#held.set(held.id, held);
    return held;
  }
}

function unseen(ids: ReadonlySet<string>, seen: Set<string>): readonly string[] {
  const some = [...ids].filter((id) => !seen.has(id));
  for (const id of some) seen.add(id);
  return some;
}

export function chunks<T>(all: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, index) =>
    all.slice(index * size, (index + 1) * size),
  );
}

export async function eachOf<T>(
  all: Iterable<T>,
  atOnce: number,
  work: (each: T) => Promise<unknown>,
): Promise<void> {
  const rest = all[Symbol.iterator]();
  const worker = async (): Promise<void> => {
    for (let next = rest.next(); next.done !== true; next = rest.next()) await work(next.value);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}
