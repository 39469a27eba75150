import type { Fact } from "./fact.ts";
import { readSpanId } from "./span-ids.ts";

/** Spans of one trace, one of each id. */
export class SpansById {
  /** By the lower half of the id; what shares it, by the upper. Ids are strangers' choice: all of a trace may share one. */
  readonly #byLow = new Map<number, Fact | Map<number, Fact>>();

  find(high: number, low: number): Fact | undefined {
    const found = this.#byLow.get(low);
    if (found instanceof Map) return found.get(high);
    return found?.idHigh === high ? found : undefined;
  }

  of(spanId: string): Fact | undefined {
    const { high, low } = readSpanId(spanId);
    return this.find(high, low);
  }

  /** In the place of the one that has its id, if any. */
  put(span: Fact): void {
    const { idHigh, idLow } = span;
    const found = this.#byLow.get(idLow);
    if (found instanceof Map) found.set(idHigh, span);
    else if (found === undefined || found.idHigh === idHigh) this.#byLow.set(idLow, span);
    else
      this.#byLow.set(
        idLow,
        new Map([
          [found.idHigh, found],
          [idHigh, span],
        ]),
      );
  }
}
