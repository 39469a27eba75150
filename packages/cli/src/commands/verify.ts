import { profile as builtIn } from "@throughline/core";
import {
  type Baseline,
  baselineOf,
  debtsIn,
  isAtLeast,
  judge,
  type Level,
  type PolicyFile,
  scoresOf,
} from "@throughline/core/verify";

import type { Command } from "../command.ts";
import { exit, UsageError } from "../exit-codes.ts";
import { placeHelp, placeOptions } from "../home/place.ts";
import { choiceOption, readArguments } from "../options.ts";
import { createOutput } from "../output.ts";
import { neutralise } from "../terminal/foreign.ts";
import {
  loadBaseline,
  loadPolicy,
  save,
  saveBaseline,
  usualBaselineFile,
  usualPolicyFile,
} from "../verify/files.ts";
import { type Gathered, gather } from "../verify/gather.ts";
import { prettyReport } from "../verify/report/pretty.ts";
import { type Report, type ReportForm, reportForms } from "../verify/report/report.ts";
import { formOfFile, reportEndings, writeReport, type Writing } from "../verify/report/write.ts";
import { sourceOf, usualQuietMs } from "../verify/source.ts";
import type { World } from "../world.ts";

const options = {
  file: { type: "string", multiple: true },
  since: { type: "string" },
  until: { type: "string" },
  service: { type: "string" },
  "fail-on": { type: "string", default: "violation" },
  config: { type: "string" },
  baseline: { type: "string" },
  "write-baseline": { type: "boolean" },
  quiet: { type: "string" },
  report: { type: "string", multiple: true },
  output: { type: "string", short: "o", default: "pretty" },
  color: { type: "string" },
  "no-pager": { type: "boolean" },
  ...placeOptions,
} as const;

export const command: Command = {
  help: `Prove that telemetry keeps the contract, or say what breaks it and how to mend it.

  throughline verify -- npm test
  throughline verify latest
  throughline verify --file traces.jsonl --file logs.jsonl --fail-on improvement
  throughline verify --since 1h -o markdown

Usage: throughline verify [SESSION | --since T | --file F ... | -- COMMAND ...] [options]

With -- COMMAND a private backend listens to all that the command and its child processes emit. A coding agent that is
known by its name counts as one session; other programs must open their own.

  --file F            an OTLP file: JSON lines of the Collector's file exporter, JSON, or protobuf; - is standard input
  --since, --until T  sessions of this time: 15m, 2h, 7d, RFC 3339 or an epoch; --service NAME picks one service
  --fail-on LEVEL     violation (default), improvement, information or never
  --config F          levels, allow-list and profile (default: ${usualPolicyFile}, where there is one)
  --baseline F        findings listed there are known, and fail nothing
  --write-baseline    lists what was found in the baseline (default: ${usualBaselineFile})
  --quiet MS          after COMMAND's end wait until nothing came for so long (default ${usualQuietMs})

  -o, --output FORM   pretty (default), json, sarif, junit or markdown
  --report FILE       writes a report there too, by its ending: ${reportEndings}; may be repeated
  --color WHEN        auto, always or never
  --no-pager          don't page what is longer than the screen (PAGER)

${placeHelp}
Exit code: 5 when the contract is violated; else COMMAND's own; 6 when nothing arrived.
`,
  async run(argv, world) {
    const split = argv.indexOf("--");
    const ours = split < 0 ? argv : argv.slice(0, split);
    const { positionals, values: given } = readArguments(ours, options);
    const failOn = choiceOption("--fail-on", given["fail-on"], [...levels, "never"]);
    const form = choiceOption("--output", given.output, reportForms);
    const files = (given.report ?? []).map(reportFile);
    const policy = loadPolicy(given.config);
    checkProfile(given.profile);
    const baselineFile =
      given.baseline ?? (given["write-baseline"] ? usualBaselineFile : undefined);
    const isRewritten = given["write-baseline"] === true;
    const baseline = baselineFile === undefined ? noDebts : loadBaseline(baselineFile);
    if (baseline === undefined && !isRewritten)
      throw new UsageError(`there is no ${baselineFile}; --write-baseline writes it.`);
    const source = sourceOf(
      positionals,
      split < 0 ? undefined : argv.slice(split + 1),
      given,
      form === "pretty" ? 1 : 2,
    );

    const gathered = await gather(source, policy, given, world);
    const debts = isRewritten
      ? baselineOf(judge(gathered.report.findings, policy).findings)
      : (baseline ?? noDebts);
    if (isRewritten && baselineFile !== undefined) saveBaseline(baselineFile, debts);
    const report = reportOf(gathered, policy, debts, given.config ?? usualPolicyFile);
    const writing = { failOn, from: process.cwd(), now: new Date() };
    for (const file of files) save(file.path, writeReport(report, file.form, writing));
    await print(report, form, writing, given, world);
    explainRun(gathered, world);
    return exitCode(report, gathered, failOn);
  },
};

const levels = ["violation", "improvement", "information"] as const;
const noDebts: Baseline = { schema: 1, findings: [] };

function reportFile(path: string): { readonly path: string; readonly form: ReportForm } {
  const form = formOfFile(path);
  if (form !== undefined) return { path, form };
  throw new UsageError(`--report takes a file that ends in ${reportEndings}, not "${path}".`);
}

function checkProfile(name: string | undefined): void {
  if (name !== undefined && builtIn(name) === undefined)
    throw new UsageError(`--profile takes default or ameide, not "${name}".`);
}

function reportOf(
  { report, subject }: Gathered,
  policy: PolicyFile,
  baseline: Baseline,
  policyFile: string,
): Report {
  const { findings, summary, partial } = report;
  const debts = debtsIn(baseline);
  const judgement = judge(findings, policy, debts.isKnown);
  return {
    ...judgement,
    subject,
    summary,
    scores: scoresOf({ findings: judgement.findings, summary }),
    paid: debts.paid(findings),
    partial,
    policyFile,
  };
}

async function print(
  report: Report,
  form: ReportForm,
  writing: Writing,
  given: { readonly color?: string; readonly "no-pager"?: boolean },
  world: World,
): Promise<void> {
  if (form !== "pretty") return world.out(writeReport(report, form, writing));
  const output = createOutput({ ...given, output: "pretty" }, "json", world);
  await output.show(prettyReport(report, output.look.columns));
}

/** A command that failed, and why nothing may have arrived: that is not nothing wrong. */
function explainRun({ ran, report, subject }: Gathered, world: World): void {
  if (ran !== undefined && ran.code !== 0)
    world.err(`The command ended with exit code ${ran.code}.\n`);
  if (report.summary.records > 0) return;
  if (ran === undefined) world.err(`${neutralise(subject)} has no spans or log records.\n`);
  else if (ran.refused > 0)
    world.err(`${ran.refused} requests came and could not be read as OTLP.\n`);
  else
    world.err(
      "The command sent no telemetry to OTEL_EXPORTER_OTLP_ENDPOINT. Is an OpenTelemetry SDK set up, and flushed before exit?\n",
    );
}

function exitCode(report: Report, { ran }: Gathered, failOn: Level | "never"): number {
  if (ran?.interrupted === true) return exit.interrupted;
  const fails = failOn !== "never" && report.findings.some(({ level }) => isAtLeast(level, failOn));
  if (fails) return exit.violated;
  if (ran !== undefined && ran.code !== 0) return ran.code;
  return report.summary.records === 0 ? exit.nothingArrived : exit.ok;
}
