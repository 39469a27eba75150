import type { Entry } from "./entry.ts";

/** What of a record tells in which turn it is. */
export type Stepping = Pick<
  Entry,
  "kind" | "traceId" | "spanId" | "parentSpanId" | "step" | "stands" | "turn" | "isTurn"
>;

/** A turn or an agent at or above a span, and the nearest turn. */
interface Above<E> {
  readonly turn: E | undefined;
  readonly run: boolean;
}

const NOTHING: Above<never> = { turn: undefined, run: false };

/**
 * Finds the turns of a session, in order, and to which of them each entry belongs: the nearest turn at or above its span. A
 * session that tells of turns in log events alone has one for each prompt, until the next.
 */
export function settleTurns<E extends Stepping>(entries: readonly E[]): readonly E[] {
  const tree = new Tree(entries);
  for (const entry of entries) tree.at(entry);
  const turns = entries.filter(({ isTurn }) => isTurn);
  const number = new Map(turns.map((turn, index) => [turn, index]));
  if (turns.length === 0) return settlePrompts(entries);
  for (const entry of entries) {
    const { turn } = tree.at(entry);
    if (turn !== undefined) entry.turn = number.get(turn) ?? -1;
  }
  return turns;
}

function settlePrompts<E extends Stepping>(entries: readonly E[]): readonly E[] {
  const prompts: E[] = [];
  for (const entry of entries) {
    if (entry.stands === "prompt") prompts.push(entry);
    entry.turn = prompts.length - 1;
  }
  return prompts;
}

class Tree<E extends Stepping> {
  /** By trace, then by id: putting the two together for each look takes longer than looking twice. */
  readonly #spans = new Map<string, Map<string, E>>();
  readonly #above = new Map<E, Above<E>>();

  constructor(entries: readonly E[]) {
    for (const entry of entries) {
      if (entry.kind === "log") continue;
      let spans = this.#spans.get(entry.traceId);
      if (spans === undefined) this.#spans.set(entry.traceId, (spans = new Map()));
      if (!spans.has(entry.spanId)) spans.set(entry.spanId, entry);
    }
  }

  at(entry: E): Above<E> {
    if (entry.kind !== "log") return this.#of(entry);
    const span = entry.spanId === "" ? undefined : this.#find(entry.traceId, entry.spanId);
    return span === undefined ? NOTHING : this.#of(span);
  }

  /** Walks up to what is known and down again; not by recursion: traces of 10,000 levels are real. */
  #of(span: E): Above<E> {
    const known = this.#above.get(span);
    if (known !== undefined) return known;
    const path = new Set<E>();
    let at: E | undefined = span;
    while (at !== undefined && !this.#above.has(at) && !path.has(at)) {
      path.add(at);
      at = at.parentSpanId === "" ? undefined : this.#find(at.traceId, at.parentSpanId);
    }
    let above: Above<E> = (at && this.#above.get(at)) ?? NOTHING;
    // Where parents go round in a circle, each of them is above all of them.
    if (at !== undefined && path.has(at))
      above = { turn: undefined, run: circle(path, at).some(isRun) };
    for (const entry of [...path].toReversed()) {
      if (entry.step === "turn" || (entry.step === "agent" && !above.run)) {
        entry.isTurn = true;
        above = { turn: entry, run: true };
      } else if (isRun(entry)) above = { turn: above.turn, run: true };
      this.#above.set(entry, above);
    }
    return this.#above.get(span) ?? above;
  }

  #find(traceId: string, spanId: string): E | undefined {
    return this.#spans.get(traceId)?.get(spanId);
  }
}

function isRun({ step }: Stepping): boolean {
  return step === "turn" || step === "agent";
}

function circle<E>(path: ReadonlySet<E>, from: E): readonly E[] {
  const entries = [...path];
  return entries.slice(entries.indexOf(from));
}
