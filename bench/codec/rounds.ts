/** Contenders take turns, round after round, so that a noisy minute hits all of them. */
export interface Contender {
  readonly name: string;
  /** Does the work once. */
  readonly run: () => unknown;
}

export interface Timing {
  readonly name: string;
  /** Milliseconds for one run. */
  readonly median: number;
  readonly fastest: number;
  readonly slowest: number;
}

/** Per round each contender runs for about `budget` milliseconds. */
export function takeTurns(
  contenders: readonly Contender[],
  rounds: number,
  budget: number,
): Timing[] {
  const times = contenders.map(
    ({ run }): { run: () => unknown; repeats: number; perRun: number[] } => {
      // Long enough for the optimising compiler to settle; the last third tells how often fits into the budget.
      time(run, 1, budget);
      return { run, repeats: time(run, 1, budget).runs, perRun: [] };
    },
  );
  for (let round = 0; round < rounds; round++) {
    for (const contender of times) {
      const { runs, elapsed } = time(contender.run, contender.repeats, 0);
      contender.perRun.push(elapsed / runs);
    }
  }
  return times.map(({ perRun }, i) => {
    const sorted = perRun.toSorted((a, b) => a - b);
    return {
      name: contenders[i]!.name,
      median: sorted[sorted.length >> 1]!,
      fastest: sorted[0]!,
      slowest: sorted.at(-1)!,
    };
  });
}

/** Runs at least `least` times and at least `budget` milliseconds. */
function time(
  run: () => unknown,
  least: number,
  budget: number,
): { runs: number; elapsed: number } {
  const start = performance.now();
  let runs = 0;
  let elapsed = 0;
  while (runs < least || elapsed < budget) {
    run();
    runs++;
    elapsed = performance.now() - start;
  }
  return { runs, elapsed };
}

/** A plain table; ratios are against the row called `against`. */
export function printTable(
  title: string,
  timings: readonly Timing[],
  against: string,
  rate: { readonly name: string; readonly of: (milliseconds: number) => string },
): void {
  const base = timings.find(({ name }) => name === against)!;
  const rows = timings.map(({ name, median, fastest, slowest }) => [
    name,
    rate.of(median),
    `${rate.of(slowest)} … ${rate.of(fastest)}`,
    name === against ? "1" : (base.median / median).toFixed(2),
  ]);
  const head = ["", rate.name, "spread", `× ${against}`];
  const widths = head.map((cell, i) => Math.max(cell.length, ...rows.map((row) => row[i]!.length)));
  console.log(`\n${title}`);
  for (const row of [head, ...rows]) {
    console.log(
      row
        .map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)))
        .join("   "),
    );
  }
}
