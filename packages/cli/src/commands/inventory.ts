import {
  createInventory,
  emissionOf,
  emissionOfJson,
  type Inventory,
} from "@throughline/core/inventory";

import type { Command } from "../command.ts";
import { exit, UsageError } from "../exit-codes.ts";
import { sessionFiltersOf } from "../filters.ts";
import { openHome } from "../home/open-home.ts";
import { type PlaceGiven, placeHelp, placeOptions } from "../home/place.ts";
import {
  inventoryJson,
  inventoryLines,
  inventoryMarkdown,
  type InventoryReport,
} from "../inventory/report.ts";
import { lookAtFolder } from "../inventory/source-folder.ts";
import { isSeen } from "../inventory/source-sites.ts";
import { choiceOption, readArguments } from "../options.ts";
import { createOutput } from "../output.ts";
import { startProgress } from "../progress.ts";
import { terminalJson } from "../terminal/foreign.ts";
import { usualQuietMs } from "../verify/source.ts";
import { runCommand } from "../verify/sources/command.ts";
import { readFile } from "../verify/sources/file.ts";
import type { Sink } from "../verify/sources/sink.ts";
import type { World } from "../world.ts";

const usualSince = "24h";
const PAGE = 1_000;

export const command: Command = {
  help: `List every place that emits spans and log records, and how many of its records carry the session.

  throughline inventory --since 24h
  throughline inventory --file traces.jsonl --file logs.jsonl -o markdown
  throughline inventory --source src -- npm test

Usage: throughline inventory [--since T | --file F ... | -- COMMAND ...] [options]

  --since, --until T  what came in this time (default: --since ${usualSince}); --service NAME picks one service
  --file F            an OTLP file, as for verify
  --source DIR        also look there for spans and events in code that were never seen; may be repeated
  -o, --output FORM   pretty (default), json or markdown
  --color WHEN        auto, always or never
  --no-pager          don't page what is longer than the screen (PAGER)

${placeHelp}
Exit code: 0, or 6 when nothing arrived.
`,
  async run(argv, world) {
    const split = argv.indexOf("--");
    const { positionals, values: given } = readArguments(
      split < 0 ? argv : argv.slice(0, split),
      options,
    );
    if (positionals.length > 0)
      throw new UsageError(
        `nothing is known of "${positionals[0]}" here; a command stands behind --.`,
      );
    const form = choiceOption("--output", given.output, ["pretty", "json", "markdown"]);
    const looks = (given.source ?? []).map((folder) => lookAtFolder(folder, process.cwd()));
    const inventory = createInventory();
    const gathered = await gather(
      inventory,
      split < 0 ? undefined : argv.slice(split + 1),
      given,
      form === "pretty" ? 1 : 2,
      world,
    );

    const sites = inventory.sites();
    const names = new Set(sites.map(({ name }) => name));
    const unseen = looks.flatMap((look) => look.sites).filter((site) => !isSeen(site, names));
    const report: InventoryReport = {
      ...gathered,
      sites,
      unseen: given.source === undefined ? undefined : unseen,
      unnamed: looks.reduce((sum, { unnamed }) => sum + unnamed, 0),
    };
    if (form === "json") world.out(`${terminalJson(inventoryJson(report), 2)}\n`);
    else if (form === "markdown") world.out(inventoryMarkdown(report));
    else
      await createOutput({ ...given, output: "pretty" }, "json", world).show(
        inventoryLines(report),
      );
    return sites.length === 0 ? exit.nothingArrived : exit.ok;
  },
};

const options = {
  file: { type: "string", multiple: true },
  since: { type: "string" },
  until: { type: "string" },
  service: { type: "string" },
  source: { type: "string", multiple: true },
  output: { type: "string", short: "o", default: "pretty" },
  color: { type: "string" },
  "no-pager": { type: "boolean" },
  ...placeOptions,
} as const;

type Given = PlaceGiven & {
  readonly file?: readonly string[];
  readonly since?: string;
  readonly until?: string;
  readonly service?: string;
};

async function gather(
  inventory: Inventory,
  command: readonly string[] | undefined,
  given: Given,
  outputTo: 1 | 2,
  world: World,
): Promise<Pick<InventoryReport, "subject" | "partial">> {
  const sink: Sink = { record: (record) => inventory.add(emissionOf(record)), series: () => {} };
  const asked = [command, given.file, given.since].filter((each) => each !== undefined);
  if (asked.length > 1) throw new UsageError("one of --since, --file and -- COMMAND at a time.");
  if (command !== undefined) {
    if (command.length === 0) throw new UsageError("behind -- stands the command to run.");
    await runCommand(command, sink, { quietMs: usualQuietMs, outputTo }, world);
    return { subject: command.join(" "), partial: undefined };
  }
  if (given.file !== undefined) {
    for (const file of given.file) await readFile(file, sink);
    return { subject: given.file.join(", "), partial: undefined };
  }
  return fromHome(inventory, { ...given, since: given.since ?? usualSince }, world);
}

async function fromHome(
  inventory: Inventory,
  given: Given,
  world: World,
): Promise<Pick<InventoryReport, "subject" | "partial">> {
  const { since: at, until, service } = given;
  const { since = 0, ...rest } = sessionFiltersOf({ since: at, until, service });
  await using home = await openHome(given, world);
  let cursor: string | null = null;
  let partial: string | undefined;
  let records = 0;
  const progress = startProgress(world);
  do {
    const page = await home.reader.search({
      ...rest,
      since,
      limit: PAGE,
      ...(cursor === null ? {} : { cursor }),
    });
    for (const record of page.records) inventory.add(emissionOfJson(record));
    partial ??= page.partial;
    cursor = page.next;
    progress.say(`${(records += page.records.length)} records`);
  } while (cursor !== null);
  progress.clear();
  return { subject: `since ${new Date(since).toISOString()}`, partial };
}
