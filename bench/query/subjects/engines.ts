import { setTimeout as wait } from "node:timers/promises";
import { startLoki } from "../../../test/engines/loki.ts";
import { startTempo } from "../../../test/engines/tempo.ts";
import type { Subject } from "../subject.ts";

const PAUSE_MS = 5_000;
const LONGEST_MS = 300_000;

/** Real Tempo and Loki, built by this machine's Go, with the settings that the tests give them. */
export async function start(): Promise<Subject | undefined> {
  try {
    const [tempo, loki] = await Promise.all([startTempo(), startLoki()]);
    return {
      name: "Tempo + Loki",
      traces: `${tempo.otlp}/v1/traces`,
      logs: `${loki.url}/otlp/v1/logs`,
      tempo: tempo.url,
      loki: loki.url,
      settled: () => settled(tempo.url),
      async stop() {
        await Promise.all([tempo.stop(), loki.stop()]);
      },
    };
  } catch (error) {
    const [said = ""] = String(error).split("\n");
    console.error(`without Tempo and Loki: ${said}`);
    return undefined;
  }
}

/** Until it counts no more spans than a moment ago. */
async function settled(tempo: string): Promise<void> {
  let before = -1;
  for (const until = Date.now() + LONGEST_MS; Date.now() < until; await wait(PAUSE_MS)) {
    const now = await counted(tempo);
    if (now > 0 && now === before) return;
    before = now;
  }
}

async function counted(tempo: string): Promise<number> {
  const query = encodeURIComponent("{ } | count_over_time()");
  const response = await fetch(`${tempo}/api/metrics/query?q=${query}&since=2h`);
  const answer: unknown = response.ok ? await response.json() : undefined;
  const found = JSON.stringify(answer)?.match(/"value":(\d+)/)?.[1];
  return Number(found ?? -1);
}
