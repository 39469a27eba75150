import type { Fact } from "./fact.ts";
import { readSpanId } from "./span-ids.ts";

/** Spans of one trace, one of each id. */
export class SpansById {
  /** By the lower half of the id; the few that share it in a list. */
  readonly #byLow = new Map<number, Fact | readonly Fact[]>();

  find(high: number, low: number): Fact | undefined {
    const found = this.#byLow.get(low);
    if (found === undefined || isOne(found)) return found?.idHigh === high ? found : undefined;
    return found.find(({ idHigh }) => idHigh === high);
  }

  of(spanId: string): Fact | undefined {
    const { high, low } = readSpanId(spanId);
    return this.find(high, low);
  }

  /** In the place of the one that has its id, if any. */
  put(span: Fact): void {
    const { idHigh, idLow } = span;
    const found = this.#byLow.get(idLow);
    if (found === undefined || (isOne(found) && found.idHigh === idHigh))
      this.#byLow.set(idLow, span);
    else {
      const others = (isOne(found) ? [found] : found).filter((other) => other.idHigh !== idHigh);
      this.#byLow.set(idLow, [...others, span]);
    }
  }
}

function isOne(found: Fact | readonly Fact[]): found is Fact {
  return !Array.isArray(found);
}
