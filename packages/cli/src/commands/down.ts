import { setTimeout as pause } from "node:timers/promises";

import { dataDirectory } from "../backend/data-directory.ts";
import { findRunning, isAlive } from "../backend/running.ts";
import type { Command } from "../command.ts";
import { CommandError, exit } from "../exit-codes.ts";
import { readOptions } from "../options.ts";

/** Longer than the server itself waits for running requests. */
const patienceMs = 20_000;

export const command: Command = {
  help: `Stop the backend: what has come in is kept, then it ends.

Usage: throughline down [--data DIR]

  --data DIR     the data directory it was started with (default: $XDG_DATA_HOME/throughline)

Exit code: 0 when nothing runs any more, 1 when it does not end, 4 when it does not answer.
`,
  async run(argv, world) {
    const options = readOptions(argv, { data: { type: "string" } });
    const found = await findRunning(dataDirectory(options.data, world));
    if (found.state === "none" || found.state === "gone") {
      world.err("No backend is running.\n");
      return exit.ok;
    }
    const { pid, url } = found.running;
    if (found.state === "silent") {
      throw new CommandError(
        `process ${pid} does not answer at ${url} as the backend that was announced.`,
        "It may be another program by now, so it was left alone. If it is Throughline, end it by hand.",
        exit.unreachable,
      );
    }
    process.kill(pid, "SIGTERM");
    const deadline = Date.now() + patienceMs;
    while (isAlive(pid)) {
      if (Date.now() > deadline) {
        throw new CommandError(
          `process ${pid} was asked to stop and has not ended after ${patienceMs / 1_000} s.`,
          "Nothing acknowledged is lost if it is ended by force.",
        );
      }
      await pause(50);
    }
    world.err(`Stopped (process ${pid}).\n`);
    return exit.ok;
  },
};
