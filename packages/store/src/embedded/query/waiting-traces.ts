/** Traces that may match, each with the start of the newest span seen that says so. */
export class WaitingTraces {
  readonly #newest = new Map<string, bigint>();
  readonly #told = new Set<string>();

  see(traceId: string, startNs: bigint): void {
    const known = this.#newest.get(traceId);
    if (!this.#told.has(traceId) && (known === undefined || startNs > known))
      this.#newest.set(traceId, startNs);
  }

  /** Those that nothing from before this time (whole microseconds) can overtake, newest first; each is given once. */
  *newerThan(micros: number): Generator<string> {
    const due = [...this.#newest].filter(([, startNs]) => Number(startNs / 1000n) > micros);
    for (const [traceId] of due.toSorted(newestFirst)) {
      this.#newest.delete(traceId);
      this.#told.add(traceId);
      yield traceId;
    }
  }
}

type Waiting = readonly [traceId: string, startNs: bigint];

function newestFirst([one, oneNs]: Waiting, [other, otherNs]: Waiting): number {
  if (oneNs !== otherNs) return oneNs > otherNs ? -1 : 1;
  return one < other ? -1 : 1;
}
