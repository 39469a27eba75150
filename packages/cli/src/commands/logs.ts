import type { Command } from "../command.ts";
import { exit, UsageError } from "../exit-codes.ts";
import { recordFilterOptions, recordFiltersOf } from "../filters.ts";
import { enginesOf, needed } from "../home/engines.ts";
import { choosePlace, placeHelp, placeOptions } from "../home/place.ts";
import { placeFor, readReference } from "../home/reference.ts";
import { aboutSession } from "../logs/about-session.ts";
import { follow } from "../logs/follow.ts";
import { lineJson, lineOf } from "../logs/line-output.ts";
import type { LogLine } from "../logs/log-line.ts";
import { filtered, logqlOfSession } from "../logs/logql.ts";
import { linesForward, newestLines } from "../logs/loki.ts";
import { onlyArgument, readArguments } from "../options.ts";
import { createOutput, type Output, outputHelp, outputOptions } from "../output.ts";

const { kind: _noSpansHere, ...filterOptions } = recordFilterOptions;

export const command: Command = {
  help: `Show log records, and follow them: a session's, or those of a LogQL query.

  throughline logs latest -f
  throughline logs 33878ff9 --level warn --since 1h
  throughline logs '{service_name="checkout"} |= "refund"' -n 100

Usage: throughline logs SESSION|QUERY [options]

Everything is asked in Loki's own API, so the same command works on a Throughline server and on real Loki. SESSION is an
id, a unique prefix, latest, or the address of its page (on Loki alone: an id or latest); QUERY is LogQL and begins
with {. All lines of a session are shown, of a query the newest 1000.

  -f, --follow        go on with lines as they come in, through restarts of the server
  --since, --until T  15m, 2h, 7d, now-1h, RFC 3339 or an epoch (default: the session's start; of a query 1h)
  --service NAME      of this service only
  --errors            error and fatal only
  --level LEVEL       at or above it: trace, debug, info, warn, error or fatal
  --grep TEXT         in the line; case matters
  --turn TURN         one turn: its number from 0, or its id
  -n, --limit N       the newest N
${placeHelp}
${outputHelp("jsonl")}
wide adds everything that is stored beside the line.

Exit code: 130 after Ctrl-C, also while following.
`,
  async run(argv, world) {
    const { positionals, values: given } = readArguments(argv, {
      ...filterOptions,
      ...placeOptions,
      ...outputOptions,
      follow: { type: "boolean", short: "f" },
    });
    const asked = onlyArgument(positionals, "SESSION or QUERY");
    const { limit, since, until, ...filters } = recordFiltersOf(given);
    const output = createOutput(given, "jsonl", world);
    if (given.follow === true && until !== undefined)
      throw new UsageError("--follow has no end: leave --until away.");
    if (given.follow === true && output.form === "json")
      throw new UsageError("what goes on for ever is no JSON document: use -o jsonl.");

    // A selector, or a function around one: sum(rate({...
    const isQuery = /^\s*(?:\{|[a-z_]+ *\()/.test(asked);
    const reference = isQuery ? { session: "", url: undefined } : readReference(asked);
    const place = choosePlace(placeFor(reference, given), world);
    const engines = enginesOf(place);
    const loki = needed(engines.loki, "--loki");
    const about = isQuery ? undefined : await aboutSession(reference, place, engines);
    const logql =
      about === undefined
        ? filtered(asked, filters)
        : logqlOfSession(engines.selector, about, engines.profile, filters);
    const startMs =
      since ??
      (about === undefined ? Date.now() - hourMs : (about.startedAt ?? Date.now() - 7 * dayMs));
    // A session's clock may be a little ahead of ours, or of its own first span.
    const startNs = ns(startMs - (since === undefined ? hourMs : 0));
    const endNs = ns(until ?? Date.now() + hourMs);
    const window = { logql, startNs, endNs };
    const most = limit ?? (isQuery ? usual : undefined);

    const stopping = new AbortController();
    const stopped = given.follow === true ? world.stopAsked() : undefined;
    void stopped?.then(() => stopping.abort());
    const shown: LogLine[] = [];
    const printed = printer(output);
    const lines =
      most === undefined ? linesForward(loki, window) : await newestLines(loki, window, most);
    const paged: LogLine[] = [];
    for await (const line of lines) {
      if (given.follow === true) shown.push(line);
      if (given.follow === true || output.form === "jsonl") printed(line);
      else paged.push(line);
    }
    if (given.follow !== true) {
      if (output.form === "json") output.json({ lines: paged.map(lineJson) });
      else if (output.form !== "jsonl")
        await output.show(paged.map((line) => lineOf(line, output.form)));
      if (paged.length === 0 && output.form !== "json" && output.form !== "jsonl")
        world.err("No lines.\n");
      return exit.ok;
    }
    const say = (text: string): void => world.err(`throughline: ${text}\n`);
    const from = most === undefined ? startNs : (shown[0]?.timeNs ?? ns(Date.now()));
    const following = { loki, logql, startNs: from, signal: stopping.signal, say };
    for await (const line of follow(following, shown)) printed(line);
    return (await stopped) === "SIGTERM" ? exit.ok : exit.interrupted;
  },
};

const usual = 1_000;
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

function ns(ms: number): bigint {
  return BigInt(Math.max(0, Math.floor(ms))) * 1_000_000n;
}

function printer(output: Output): (line: LogLine) => void {
  if (output.form === "jsonl") return (line) => output.jsonLine(lineJson(line));
  return (line) => output.print(lineOf(line, output.form));
}
