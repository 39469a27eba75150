import type { Reporter, TestModule } from "vitest/node";

/** Ends a test run with one plain line that a CI system can read: `N passed, N failed` (and what was skipped). */
export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const count = { passed: 0, failed: 0, skipped: 0, pending: 0 };
    let broken = 0;
    for (const module of modules) {
      let failedHere = 0;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        count[state] += 1;
        if (state === "failed") failedHere += 1;
      }
      // A file that could not even be collected has no failed test, and is a failure all the same.
      if (module.state() === "failed" && failedHere === 0) broken += 1;
    }
    const skipped = count.skipped + count.pending;
    const tail = skipped > 0 ? `, ${skipped} skipped` : "";
    process.stdout.write(`${count.passed} passed, ${count.failed + broken} failed${tail}\n`);
  }
}
