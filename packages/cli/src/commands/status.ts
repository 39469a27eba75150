import { dataDirectory } from "../backend/data-directory.ts";
import { askHealth, findRunning, type Running } from "../backend/running.ts";
import type { Command } from "../command.ts";
import { exit } from "../exit-codes.ts";
import { choiceOption, readOptions } from "../options.ts";
import type { World } from "../world.ts";

const usualPlace = "http://127.0.0.1:4318";

export const command: Command = {
  help: `Say whether the backend runs, and where.

Usage: throughline status [--data DIR] [-o pretty|json]

  --data DIR     the data directory it was started with (default: $XDG_DATA_HOME/throughline)
  -o, --output   pretty (default) or json

Exit code: 0 when it runs, 4 when not.
`,
  async run(argv, world) {
    const options = readOptions(argv, {
      data: { type: "string" },
      output: { type: "string", short: "o", default: "pretty" },
    });
    const output = choiceOption("--output", options.output, ["pretty", "json"]);
    const data = dataDirectory(options.data, world);
    const found = await findRunning(data);
    if (output === "json") {
      const running = found.state === "none" ? null : found.running;
      world.out(`${JSON.stringify({ schema: 1, state: found.state, running })}\n`);
    } else if (found.state === "running") {
      world.out(describe(found.running));
    } else {
      await explainAbsence(found.state, data, world);
    }
    return found.state === "running" ? exit.ok : exit.unreachable;
  },
};

function describe({ url, grpc, data, pid, version, started_at }: Running): string {
  return `Throughline ${version} is up since ${started_at} (process ${pid})
  page and OTLP/HTTP  ${url}
  OTLP/gRPC           ${grpc}
  data                ${data}
`;
}

async function explainAbsence(
  state: "none" | "gone" | "silent",
  data: string,
  world: World,
): Promise<void> {
  const reasons = {
    none: `No backend has announced itself in ${data}.`,
    gone: `The backend of ${data} has ended without a goodbye.`,
    silent: `The backend of ${data} does not answer, though a process of its number lives.`,
  };
  world.err(`${reasons[state]}\n`);
  const { instance } = await askHealth(usualPlace);
  world.err(
    instance === undefined
      ? "throughline up starts one.\n"
      : `A Throughline with another data directory answers at ${usualPlace}.\n`,
  );
}
