import type { Command } from "../command.ts";
import { exit } from "../exit-codes.ts";
import { formats } from "../export/format.ts";
import { openHome } from "../home/open-home.ts";
import { placeHelp, placeOptions } from "../home/place.ts";
import { findSession, placeFor, readReference } from "../home/reference.ts";
import { choiceOption, onlyArgument, readArguments } from "../options.ts";
import { startProgress } from "../progress.ts";
import { harmlessJson } from "../terminal/foreign.ts";
import { bytesText } from "@throughline/core/figures";

export const command: Command = {
  help: `Write one session down.

  throughline export latest > session.otlp.jsonl
  throughline export 33878ff9 -o jsonl | jq .name
  throughline export latest -o html > session.html

Usage: throughline export SESSION [options]

  -o, --output FORM   otlp (default): export requests as they were sent, as JSON, one a line; throughline import and
                      verify --file read it, and so does the OpenTelemetry collector
                      jsonl: records as the API tells them, one a line
                      html: the page with this session in it, one file that needs no server: for a bug report
${placeHelp}
`,
  async run(argv, world) {
    const { positionals, values: given } = readArguments(argv, {
      ...placeOptions,
      output: { type: "string", short: "o", default: "otlp" },
    });
    const reference = readReference(onlyArgument(positionals, "SESSION"));
    const name = choiceOption("--output", given.output, Object.keys(formats));
    const write = await formats[name]?.();
    await using home = await openHome(placeFor(reference, given), world);
    const id = await findSession(home.reader, reference);
    const progress = startProgress(world);
    let written = 0;
    for await (const text of write?.({ id, reader: home.reader }) ?? []) {
      world.out(world.screen === undefined ? text : harmlessJson(text));
      written += text.length;
      if (world.screen === undefined) progress.say(`${bytesText(written)} written`);
    }
    progress.clear();
    return exit.ok;
  },
};
