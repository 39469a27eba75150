/**
 * `agent.ts END ENDPOINT [JOURNAL]`: an agent that does some work, leaves some open, and ends in one of many ways. JOURNAL
 * may be empty; `usual time` as a fourth word leaves the time for the end as it is.
 */
import { log, session } from "@throughline/sdk";
import { start } from "@throughline/sdk/start";
import { onExit } from "signal-exit";

const [end = "", endpoint = "", journal, time] = process.argv.slice(2);
// The usual two seconds are plenty for a program, and little for a test on a machine with other things to do.
const patience = time === "usual time" ? {} : { exitWithinMs: 20_000 };
start({ endpoint, service: "agent", ...patience, ...(journal && { journal }) });

const endings: { readonly [end: string]: () => void } = {
  natural: () => {},
  exit: () => process.exit(7),
  "exit in handler": () => {
    process.once("SIGTERM", () => process.exit(5));
    setInterval(() => {}, 1_000);
  },
  throw: () => {
    setTimeout(() => {
      throw new Error("boom");
    });
  },
  reject: () => void Promise.reject(new Error("rejected")),
  "caught by the host": () => {
    process.on("uncaughtException", () => process.exit(9));
    setTimeout(() => {
      throw new Error("boom");
    });
  },
  wait: () => void setInterval(() => {}, 1_000),
  "graceful host": () => {
    const working = setInterval(() => {}, 1_000);
    process.on("SIGTERM", () => {
      session({ id: "s-exit" }).turn({}, () => clearInterval(working));
    });
  },
  "signal-exit": () => {
    onExit((code, signal) => {
      process.stderr.write(`signal-exit saw ${code} ${signal}\n`);
    });
    setInterval(() => {}, 1_000);
  },
};

const s = session({ id: "s-exit", agent: "agent" });
const turn = s.startTurn({ input: "hello" });
for (let i = 0; i < 9; i++) turn.tool({ name: `tool ${i}`, callId: `c${i}` }, () => i);
turn.startTool({ name: "open", callId: "open" });
s.run(() => log.info("about to end"));
endings[end]?.();
process.send?.("ready");
process.disconnect?.();
