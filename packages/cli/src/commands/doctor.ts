import type { Command } from "../command.ts";
import { type Check, good } from "../doctor/check.ts";
import { checkEngines } from "../doctor/engines.ts";
import { checkEnvironment } from "../doctor/environment.ts";
import { checkServer } from "../doctor/server.ts";
import { exit } from "../exit-codes.ts";
import { choosePlace, placeHelp, placeOptions, usualUrl } from "../home/place.ts";
import { readOptions } from "../options.ts";
import { createOutput, outputHelp, outputOptions } from "../output.ts";
import { type Line, line, piece } from "../terminal/line.ts";

export const command: Command = {
  help: `Look for reasons why sessions do not show up, or not whole.

  throughline doctor
  throughline run -- throughline doctor

Usage: throughline doctor [options]

Looks at the server (there? ours? which version? the token, its clock, what came in), at the ports it would take, and at
what the environment says to agents that are started from here.

${placeHelp}
${outputHelp("json")}
Exit code: 0 when nothing is wrong, 1 when something is, 4 when the server does not answer.
`,
  async run(argv, world) {
    const given = readOptions(argv, { ...placeOptions, ...outputOptions });
    const output = createOutput(given, "json", world);
    const place = choosePlace(given, world);
    const [there, url] =
      place.kind === "server"
        ? [await checkServer(place, world), place.url]
        : [await checkEngines(place), usualUrl];
    const environment = checkEnvironment(world.env, url);
    const checks = [
      ...there,
      ...(environment.length === 0
        ? [good("Nothing in the environment breaks the thread.")]
        : environment),
    ];
    if (output.form === "json") output.json({ checks });
    else if (output.form === "jsonl") for (const check of checks) output.jsonLine(check);
    else await output.show(checks.flatMap(linesOf));
    if (there.some(({ level }) => level === "bad")) return exit.unreachable;
    return checks.some(({ level }) => level === "bad") ? exit.failure : exit.ok;
  },
};

const words = { good: "ok   ", odd: "note ", bad: "wrong" } as const;

function linesOf({ hint, level, message }: Check): Line[] {
  const said = line(piece(words[level], level), "  ", message);
  return hint === "" ? [said] : [said, line(piece(`       ${hint}`, "quiet"))];
}
