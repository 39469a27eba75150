import type { Entry } from "./entry.ts";

/** A turn or an agent at or above a span, and the nearest turn. */
interface Above {
  readonly turn: Entry | undefined;
  readonly run: boolean;
}

const NOTHING: Above = { turn: undefined, run: false };

/**
 * Finds the turns of a session, in order, and to which of them each entry belongs: the nearest turn at or above its span. A
 * session that tells of turns in log events alone has one for each prompt, until the next.
 */
export function settleTurns(entries: readonly Entry[]): readonly Entry[] {
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

function settlePrompts(entries: readonly Entry[]): readonly Entry[] {
  const prompts: Entry[] = [];
  for (const entry of entries) {
    if (entry.stands === "prompt") prompts.push(entry);
    entry.turn = prompts.length - 1;
  }
  return prompts;
}

class Tree {
  readonly #spans = new Map<string, Entry>();
  readonly #above = new Map<Entry, Above>();

  constructor(entries: readonly Entry[]) {
    for (const entry of entries) {
      const key = entry.traceId + entry.spanId;
      if (entry.kind !== "log" && !this.#spans.has(key)) this.#spans.set(key, entry);
    }
  }

  at(entry: Entry): Above {
    if (entry.kind !== "log") return this.#of(entry);
    const span = entry.spanId === "" ? undefined : this.#find(entry.traceId, entry.spanId);
    return span === undefined ? NOTHING : this.#of(span);
  }

  /** Walks up to what is known and down again; not by recursion: traces of 10,000 levels are real. */
  #of(span: Entry): Above {
    const path = new Set<Entry>();
    let at: Entry | undefined = span;
    while (at !== undefined && !this.#above.has(at) && !path.has(at)) {
      path.add(at);
      at = at.parentSpanId === "" ? undefined : this.#find(at.traceId, at.parentSpanId);
    }
    let above = (at && this.#above.get(at)) ?? NOTHING;
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

  #find(traceId: string, spanId: string): Entry | undefined {
    return this.#spans.get(traceId + spanId);
  }
}

function isRun({ step }: Entry): boolean {
  return step === "turn" || step === "agent";
}

function circle(path: ReadonlySet<Entry>, from: Entry): readonly Entry[] {
  const entries = [...path];
  return entries.slice(entries.indexOf(from));
}
