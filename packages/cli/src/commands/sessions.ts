import type { Session } from "@throughline/core/session";

import type { Command } from "../command.ts";
import { exit } from "../exit-codes.ts";
import { sessionFilterHelp, sessionFilterOptions, sessionFiltersOf } from "../filters.ts";
import { openHome } from "../home/open-home.ts";
import { placeHelp, placeOptions } from "../home/place.ts";
import { readOptions } from "../options.ts";
import { createOutput, outputHelp, outputOptions } from "../output.ts";
import { sessionTable } from "../show/session-table.ts";
import { line } from "../terminal/line.ts";

const usual = 50;

export const command: Command = {
  help: `List sessions, the latest first.

  throughline sessions
  throughline sessions --since 1h --errors
  throughline sessions --sort cost -n 5 -o json

Usage: throughline sessions [options]

${sessionFilterHelp.replace("at most so many", `at most so many (default ${usual})`)}
${placeHelp}
${outputHelp("json")}
json gives {"sessions": [...], "next": cursor}, jsonl one session a line.
`,
  async run(argv, world) {
    const given = readOptions(argv, { ...sessionFilterOptions, ...placeOptions, ...outputOptions });
    const query = { limit: usual, ...sessionFiltersOf(given) };
    const output = createOutput(given, "json", world);
    await using home = await openHome(given, world);
    const { next, sessions } = await home.reader.sessions(query);
    if (output.form === "json") output.json({ sessions, next });
    else if (output.form === "jsonl") for (const session of sessions) output.jsonLine(session);
    else
      await output.show([
        ...sessionTable(sessions, {
          isWide: output.form === "wide",
          now: Date.now(),
          columns: output.look.columns,
        }),
        ...more(sessions, next),
      ]);
    if (sessions.length === 0 && output.form !== "json") world.err("No sessions.\n");
    return exit.ok;
  },
};

function more(sessions: readonly Session[], next: string | null) {
  if (next === null) return [];
  const text = `${sessions.length} shown; there are more: -n ${sessions.length * 4}`;
  return [line({ text, tone: "quiet" })];
}
