import { OtlpError } from "@throughline/core/otlp";

import type { Command } from "../command.ts";
import { exit, UsageError } from "../exit-codes.ts";
import { Refused } from "../home/remote/connection.ts";
import { choosePlace } from "../home/place.ts";
import { sendEntry, type Sent } from "../import/send.ts";
import { readArguments } from "../options.ts";
import type { Entry } from "../otlp-file/entries.ts";
import { placeOf, readOtlpFile } from "../otlp-file/read-file.ts";
import { NotOtlp } from "../otlp-file/requests.ts";
import { startProgress } from "../progress.ts";
import { plural } from "../terminal/format.ts";
import { neutralise } from "../terminal/foreign.ts";

const errorsSaid = 20;

export const command: Command = {
  help: `Send OTLP files to the backend.

  throughline import traces.jsonl logs.jsonl
  throughline import capture.json.gz
  other-tool | throughline import -

Usage: throughline import FILE ... [--url URL]

Files hold export requests (traces, logs or metrics): as JSON a line or protobuf with length prefixes, as the
OpenTelemetry collector's file exporter writes them, or as JSON or protobuf alone; plain, or compressed with gzip or
zstd. What was imported before is known again and counts once.

  --url URL      the server (or THROUGHLINE_URL; default: the one running here, else http://127.0.0.1:4318)

Exit code: 0 when everything was taken, 1 when some of it was not.
`,
  async run(argv, world) {
    const { positionals, values: given } = readArguments(argv, { url: { type: "string" } });
    if (positionals.length === 0) throw new UsageError("FILE is missing.");
    const place = choosePlace(given, world);
    if (place.kind !== "server")
      throw new UsageError("files are sent to a Throughline server: give --url.");
    const progress = startProgress(world);
    const sums = new Map<string, number>();
    let failed = 0;
    const complain = (path: string, entry: Entry, why: string): void => {
      if (++failed > errorsSaid) return;
      progress.clear();
      world.err(neutralise(`${placeOf(path, entry)}: ${why}`) + "\n");
    };
    for (const path of positionals)
      for await (const entry of readOtlpFile(path)) {
        try {
          for await (const sent of sendEntry(place, entry)) {
            add(sums, sent);
            if (sent.rejected > 0)
              complain(path, entry, `${plural(sent.rejected, "record")} refused: ${sent.reason}`);
          }
        } catch (error) {
          complain(path, entry, whyNot(error));
        }
        progress.say(`${path}: ${summary(sums)}`);
      }
    progress.clear();
    if (failed > errorsSaid) world.err(`... and ${failed - errorsSaid} more.\n`);
    world.err(`Imported ${summary(sums)}.\n`);
    return failed === 0 ? exit.ok : exit.failure;
  },
};

const words = { traces: "span", logs: "log record", metrics: "metric" } as const;

function add(sums: Map<string, number>, { records, rejected, signal }: Sent): void {
  sums.set(words[signal], (sums.get(words[signal]) ?? 0) + records - rejected);
}

function summary(sums: ReadonlyMap<string, number>): string {
  const some = [...sums].filter(([, count]) => count > 0);
  if (some.length === 0) return "nothing";
  return some.map(([word, count]) => plural(count, word)).join(", ");
}

/** What is wrong with one request of the file; what is wrong with everything is thrown on. */
function whyNot(error: unknown): string {
  if (error instanceof OtlpError) return error.message;
  if (error instanceof NotOtlp) return error.message;
  if (error instanceof Refused) return error.message;
  throw error;
}
