/** An agent that keeps the contract; `--fail` ends it with 3, `--child` lets a child process do the work. */
import { spawn } from "node:child_process";
import { setImmediate as nextTick } from "node:timers/promises";
import { session } from "@throughline/sdk";
import { start } from "@throughline/sdk/start";

if (process.argv.includes("--child")) {
  const child = spawn(process.execPath, [...process.execArgv, import.meta.filename], {
    stdio: "inherit",
  });
  child.once("exit", (code) => (process.exitCode = code ?? 1));
} else {
  const telemetry = start({ service: "careful" });
  await session({ agent: "careful", channel: { type: "cli" } }, (s) =>
    s.turn({ input: "hello" }, async (turn) => {
      await turn.llm({ provider: "openai", model: "gpt-5.4" }, async (call) => {
        await nextTick();
        call.response({ model: "gpt-5.4", usage: { inputTokens: 8, outputTokens: 2 } });
      });
      turn.log.info("done");
    }),
  );
  await telemetry.shutdown();
  process.stdout.write("said by the agent\n");
  if (process.argv.includes("--fail")) process.exitCode = 3;
}
