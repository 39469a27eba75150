import { type ChildProcess, spawn } from "node:child_process";
import { constants } from "node:os";

import { CommandError } from "../exit-codes.ts";
import type { Prepared } from "./environment.ts";

/** As a shell says it: 128 and the signal's number where one ended it. */
export interface Ending {
  readonly code: number;
  readonly signal: NodeJS.Signals | null;
}

const forwarded = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2"] as const;
/** A terminal sends these to everybody in front of it, the command included: twice would be another wish. */
const sentByTerminal: ReadonlySet<string> = new Set(["SIGINT", "SIGQUIT", "SIGHUP"]);

/** Runs the command with the terminal as it is. It decides what a signal means: we stay until it has ended. */
export async function runChild({ args, command, env }: Prepared): Promise<Ending> {
  const child = spawn(command, [...args], { env, stdio: "inherit" });
  const stop = forwardSignals(child);
  try {
    return await new Promise((resolve, reject) => {
      child.once("error", (error) => reject(unstartable(command, error)));
      child.once("exit", (code, signal) =>
        resolve({ code: code ?? 128 + (signal === null ? 0 : constants.signals[signal]), signal }),
      );
    });
  } finally {
    stop();
  }
}

function forwardSignals(child: ChildProcess): () => void {
  const handlers = forwarded.map((signal) => {
    const handle = (): void => {
      if (!(process.stdin.isTTY && sentByTerminal.has(signal))) child.kill(signal);
    };
    process.on(signal, handle);
    return [signal, handle] as const;
  });
  return () => {
    for (const [signal, handle] of handlers) process.off(signal, handle);
  };
}

/** As shells have it. */
const notFound = 127;
const notExecutable = 126;

function unstartable(command: string, error: Error): CommandError {
  const isMissing = "code" in error && error.code === "ENOENT";
  return isMissing
    ? new CommandError(
        `there is no command "${command}".`,
        "Behind -- stands a program and its arguments; a shell's own words need sh -c.",
        notFound,
      )
    : new CommandError(`${command} can't be started: ${error.message}.`, "", notExecutable);
}
