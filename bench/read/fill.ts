import type { EmbeddedHome } from "@throughline/store";
import { agentSpans } from "../lib/agent-spans.ts";

const PER_REQUEST = 500;
const UNDER_WAY = 16;

/** Fills the store as fast as it takes it. */
export async function fill({ writer }: EmbeddedHome, spans: number, seed: number): Promise<void> {
  const agents = agentSpans(seed);
  const began = performance.now();
  const waiting = new Set<Promise<unknown>>();
  for (let sent = 0; sent < spans; sent += PER_REQUEST) {
    const body = new Uint8Array(agents.request(PER_REQUEST));
    const append = writer.append({ signal: "traces", body });
    waiting.add(append);
    void append.finally(() => waiting.delete(append));
    if (waiting.size >= UNDER_WAY) await Promise.race(waiting);
  }
  await Promise.all(waiting);
  const seconds = (performance.now() - began) / 1_000;
  console.log(`${spans} spans in ${seconds.toFixed(0)} s, ${Math.round(spans / seconds)} a second`);
}
