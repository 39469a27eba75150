import type { CDPSession, Page } from "playwright-core";

/**
 * Main-thread work of each frame, in milliseconds: what the browser counts as tasks, from one animation frame to the next. It is
 * CPU time, so that a busy machine tells the same as a quiet one.
 */
export async function frames(
  page: Page,
  devtools: CDPSession,
  /** What the page does in each frame, as its script. */
  act: string,
  count = 180,
): Promise<number[]> {
  await devtools.send("Performance.enable", { timeDomain: "threadTicks" });
  const costs: number[] = [];
  let before = await taskSeconds(devtools);
  for (let frame = 0; frame < count; frame++) {
    await page.evaluate(`new Promise((resolve) => requestAnimationFrame(() => {
      ((frame) => { ${act} })(${frame});
      requestAnimationFrame(resolve);
    }))`);
    const now = await taskSeconds(devtools);
    costs.push((now - before) * 1_000);
    before = now;
  }
  return costs;
}

async function taskSeconds(devtools: CDPSession): Promise<number> {
  const { metrics } = await devtools.send("Performance.getMetrics");
  return metrics.find(({ name }) => name === "TaskDuration")?.value ?? 0;
}

/** Waits until nothing is left to do but what time itself brings. */
export async function settled(page: Page): Promise<void> {
  await page.evaluate("new Promise((resolve) => requestIdleCallback(resolve))");
  await page.waitForTimeout(300);
}

export function percentile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}

/** Memory that JavaScript uses in the page and in its workers, after a collection. */
export async function heaps(devtools: CDPSession): Promise<{ page: number; workers: number }> {
  const answers = new Map<number, (size: number) => void>();
  const attached: string[] = [];
  devtools.on("Target.attachedToTarget", ({ sessionId }) => attached.push(sessionId));
  devtools.on("Target.receivedMessageFromTarget", ({ message }) => {
    const { id, result } = JSON.parse(message) as { id: number; result?: { usedSize?: number } };
    answers.get(id)?.(result?.usedSize ?? 0);
  });
  await devtools.send("Target.setAutoAttach", {
    autoAttach: true,
    waitForDebuggerOnStart: false,
    flatten: false,
  });
  let next = 0;
  const ask = (sessionId: string, method: string) =>
    new Promise<number>((resolve) => {
      const id = ++next;
      answers.set(id, resolve);
      void devtools.send("Target.sendMessageToTarget", {
        sessionId,
        message: JSON.stringify({ id, method }),
      });
    });
  let workers = 0;
  for (const session of attached) {
    await ask(session, "HeapProfiler.collectGarbage");
    workers += await ask(session, "Runtime.getHeapUsage");
  }
  await devtools.send("HeapProfiler.collectGarbage");
  const { usedSize } = await devtools.send("Runtime.getHeapUsage");
  return { page: usedSize, workers };
}
