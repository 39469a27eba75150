/**
 * A writer to be killed: appends what its parent can name later, and says on stdout what was acknowledged.
 *
 *   node crash-child.ts DIRECTORY FIRST
 */
import { openEmbeddedWriter } from "../../../src/embedded/open.ts";
import { logs, spans } from "./telemetry.ts";

const [directory = "", first = "0"] = process.argv.slice(2);
const store = await openEmbeddedWriter({ directory, gatherMs: 5 });
process.stdout.write("open\n");

/** Four senders at once, each with one request under way. */
async function send(sender: number): Promise<void> {
  for (let n = Number(first) + sender; ; n += 4) {
    const session = `s${n % 7}`;
    const trace = `t${Math.floor(n / 20)}`;
    await store.writer.append(
      n % 3 === 0
        ? logs([{ log: `note-${n}`, session, severity: 17, body: "x".repeat(n % 500) }])
        : spans([
            { trace, id: `a${n}`, parent: `b${n}`, error: n % 5 === 0 },
            { trace, id: `b${n}`, session: `s${Math.floor(n / 20) % 7}`, error: n % 5 === 0 },
          ]),
    );
    process.stdout.write(`${n}\n`);
  }
}
await Promise.all([0, 1, 2, 3].map(send));
