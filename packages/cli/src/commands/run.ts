import { randomUUID } from "node:crypto";
import { basename } from "node:path";
import { parseSessionId, type Outcome } from "@throughline/core";

import { ensureBackend } from "../backend/ensure.ts";
import type { Command } from "../command.ts";
import { UsageError } from "../exit-codes.ts";
import { choosePlace } from "../home/place.ts";
import { createRemoteReader } from "../home/remote/reader.ts";
import { readOptions } from "../options.ts";
import { isColoured } from "../output.ts";
import { type Ending, runChild } from "../run/child.ts";
import { type Behind, carriedSession, prepareCommand } from "../run/environment.ts";
import { ownRecords } from "../run/own-records.ts";
import { summaryLines } from "../run/summary.ts";
import { renderLines } from "../terminal/line.ts";
import type { World } from "../world.ts";

export const command: Command = {
  help: `Run a command as one session, and say what it did.

  throughline run -- claude
  throughline run --session nightly-42 -- node my-agent.js
  throughline run -- codex exec 'fix the tests'

Usage: throughline run [options] -- COMMAND [ARGUMENTS]

The backend is started if none runs, and stays up. The command gets the standard OTEL_* variables with a door of its
own, so that all it emits belongs to the session whether it says so or not, TRACEPARENT and BAGGAGE. Claude Code, Codex,
Gemini CLI, Qwen Code, opencode and Copilot CLI also get what they need to export; their own configuration stays.

  --session ID       continue this session, or open it under this id (default: the one in BAGGAGE, else a new one)
  --url URL          the server (or THROUGHLINE_URL; default: the one running here)
  --data DIR, --port N, --grpc-port N   for the backend that is started
  --color WHEN       auto, always or never

Exit code: the command's own; 126 or 127 when it can't be started, 4 when there is no backend.
`,
  async run(argv, world) {
    const [flags, line] = divided(argv);
    const given = readOptions(flags, {
      session: { type: "string" },
      url: { type: "string" },
      data: { type: "string" },
      port: { type: "string" },
      "grpc-port": { type: "string" },
      color: { type: "string" },
    });
    const isColour = isColoured(given.color, world, "err");
    const place = choosePlace(given, world);
    if (place.kind !== "server")
      throw new UsageError("run needs a Throughline server: give --url.");
    const { isOurs, session } = sessionOf(given.session, world);
    const isChosen = (given.url ?? world.env["THROUGHLINE_URL"] ?? "") !== "";
    const url = await ensureBackend(place.url, isChosen, given, world);
    const behind: Behind = { session, url, token: place.token };
    const prepared = prepareCommand(line, behind, world.env);
    const own = ownRecords(behind, prepared.agent?.id ?? basename(prepared.command));
    await own.begin();
    const ending = await runChild(prepared).catch(async (error: unknown) => {
      if (isOurs) await own.end("error");
      throw error;
    });
    // Within another run's session, its end is that run's to tell.
    if (isOurs) await own.end(outcomeOf(ending));
    const reader = createRemoteReader(behind);
    const lines = await summaryLines(reader, session, url).catch(() => []);
    world.err(renderLines(lines, { colour: isColour, columns: undefined }));
    return ending.code;
  },
};

function divided(argv: readonly string[]): [flags: readonly string[], line: readonly string[]] {
  const at = argv.indexOf("--");
  const line = argv.slice(at + 1);
  if (at < 0 || line.length === 0 || line[0] === "")
    throw new UsageError("the command is missing: throughline run -- COMMAND.");
  return [argv.slice(0, at), line];
}

function sessionOf(given: string | undefined, world: World) {
  if (given === undefined) {
    const carried = carriedSession(world.env);
    return { session: carried ?? randomUUID(), isOurs: carried === undefined };
  }
  const reading = parseSessionId(given, "application");
  if (reading.result !== "valid" && reading.result !== "normalised")
    throw new UsageError("--session takes 1 to 200 bytes of text without control characters.");
  return { session: reading.id, isOurs: true };
}

function outcomeOf({ code, signal }: Ending): Outcome {
  if (signal !== null || code === 130) return "interrupted";
  return code === 0 ? "ok" : "error";
}
