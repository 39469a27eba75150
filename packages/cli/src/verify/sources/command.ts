import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { constants } from "node:os";
import { decodeLogs, decodeMetrics, decodeTraces, OtlpError } from "@throughline/core/otlp";
import type { Delivery } from "@throughline/store";

import { startPrivateBackend } from "../../backend/private-backend.ts";
import { CommandError } from "../../exit-codes.ts";
import { prepareCommand, type Prepared } from "../../run/environment.ts";
import type { World } from "../../world.ts";
import { pour, type Sink } from "./sink.ts";

export interface CommandOptions {
  /** How long nothing must come in after the command's end before all is taken to be there. */
  readonly quietMs: number;
  /** Where the command's output goes: 2 where the report on 1 is for another program. */
  readonly outputTo: 1 | 2;
}

export interface Ran {
  /** As a shell says it: 128 and the signal's number where one ended it. */
  readonly code: number;
  readonly interrupted: boolean;
  readonly requests: number;
  /** Requests that could not be taken: not the same as none. */
  readonly refused: number;
}

/** Exporters send every five seconds unless told otherwise, and some can't be told. */
const patience = { firstMs: 6_000, mostMs: 60_000 };

/** Runs a command, its child processes included, with a backend of its own to export to, and pours what they emit. */
export async function runCommand(
  command: readonly string[],
  sink: Sink,
  options: CommandOptions,
  world: World,
): Promise<Ran> {
  let isAgent = false;
  const listen = (delivery: Delivery): void => {
    // A coding agent is one session, whatever it mints; a program opens its own, and only what it says counts.
    pourDelivery(delivery, sink, isAgent ? delivery.door : undefined);
  };
  const report = (line: string): void => world.err(`throughline: ${line}\n`);
  const backend = await startPrivateBackend(listen, report);
  try {
    const prepared = prepare(command, backend.url, world);
    isAgent = prepared.agent !== undefined;
    const ended = await ending(prepared, options, world);
    if (!ended.interrupted) await backend.quiet({ ...patience, quietMs: options.quietMs });
    return { ...ended, ...backend.heard };
  } finally {
    await backend.close();
  }
}

function pourDelivery({ body, signal }: Delivery, sink: Sink, door: string | undefined): void {
  try {
    if (signal === "traces") pour({ signal, request: decodeTraces(body) }, sink, door);
    else if (signal === "logs") pour({ signal, request: decodeLogs(body) }, sink, door);
    else pour({ signal, request: decodeMetrics(body) }, sink, door);
  } catch (error) {
    // The backend refuses it with the same words; its sender hears them.
    if (!(error instanceof OtlpError)) throw error;
  }
}

const carriers = ["TRACEPARENT", "TRACESTATE", "BAGGAGE"];

function prepare(command: readonly string[], url: string, { env }: World): Prepared {
  const prepared = prepareCommand(command, { session: randomUUID(), url, token: undefined }, env);
  const own = { ...prepared.env };
  // The run itself is nobody's parent, and what keeps no session must not be handed one.
  for (const name of carriers) delete own[name];
  for (const name of carriers) if (env[name] !== undefined) own[name] = env[name];
  own["OTEL_BSP_SCHEDULE_DELAY"] ??= "500";
  own["OTEL_BLRP_SCHEDULE_DELAY"] ??= "500";
  return { ...prepared, env: own };
}

type Ending = Pick<Ran, "code" | "interrupted">;

function ending(prepared: Prepared, { outputTo }: CommandOptions, world: World): Promise<Ending> {
  const { args, command, env } = prepared;
  const child = spawn(command, [...args], { env, stdio: ["inherit", outputTo, "inherit"] });
  let interrupted = false;
  const passOn = async (): Promise<void> => {
    const signal = await world.stopAsked();
    interrupted = true;
    // At a terminal ^C reaches the whole group; anything else only us.
    if (signal === "SIGTERM" || !process.stdin.isTTY) child.kill(signal);
  };
  void passOn();
  return new Promise((resolve, reject) => {
    child.once("error", (error) => reject(unstartable(command, error)));
    child.once("exit", (code, signal) =>
      resolve({
        code: code ?? 128 + (signal === null ? 0 : constants.signals[signal]),
        interrupted,
      }),
    );
  });
}

/** As shells have it. */
const NOT_FOUND = 127;
const NOT_EXECUTABLE = 126;

function unstartable(command: string, error: Error): CommandError {
  const missing = "code" in error && error.code === "ENOENT";
  return new CommandError(
    missing
      ? `there is no command "${command}".`
      : `${command} can't be started: ${error.message}.`,
    missing ? "Behind -- stands a program and its arguments; a shell's own words need sh -c." : "",
    missing ? NOT_FOUND : NOT_EXECUTABLE,
  );
}
