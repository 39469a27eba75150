/**
 * A server's worth of work to be killed: `node crash-writer.ts DIRECTORY SEED`. Says on stdout which requests were acknowledged.
 */
import { openEmbeddedHome } from "@throughline/store";
import { agentSpans } from "../lib/agent-spans.ts";
import { BATCH } from "./load.ts";

const [directory = "", seed = "1"] = process.argv.slice(2);
const home = await openEmbeddedHome({ directory });
const agents = agentSpans(Number(seed));
process.stdout.write("open\n");

let next = 0;
async function send(): Promise<void> {
  for (;;) {
    const request = next++;
    const body = new Uint8Array(agents.request(BATCH));
    await home.writer.append({ signal: "traces", body });
    process.stdout.write(`${request}\n`);
  }
}
await Promise.all(Array.from({ length: 8 }, send));
