import { readStep } from "@throughline/core/dialects";
import type { SpanRecord } from "@throughline/core/record";
import { sessionRecordOf, sessionTree } from "@throughline/core/session";

import type { Command } from "../command.ts";
import { CommandError, exit } from "../exit-codes.ts";
import { enginesOf, needed } from "../home/engines.ts";
import { choosePlace, placeHelp, placeOptions } from "../home/place.ts";
import type { Connection } from "../home/remote/connection.ts";
import { placeFor, readReference } from "../home/reference.ts";
import { aboutSession } from "../logs/about-session.ts";
import { recordFiltersOf } from "../filters.ts";
import { onlyArgument, readArguments } from "../options.ts";
import { createOutput, type Output, outputHelp, outputOptions } from "../output.ts";
import { treeLines } from "../show/tree-lines.ts";
import { type Line, line, piece } from "../terminal/line.ts";
import { type FoundTrace, searchTraces, spansOfTrace, traceqlOfSession } from "../traces/tempo.ts";
import { traceTable } from "../traces/trace-table.ts";

const usual = 20;
const hourMs = 3_600_000;
const weekMs = 168 * hourMs;

export const command: Command = {
  help: `Find traces and show them: a session's, those of a TraceQL query, or one by its id.

  throughline traces latest
  throughline traces '{ span.gen_ai.operation.name = "execute_tool" && status = error }' --since 6h
  throughline traces 4acca441dba8071e51177f7c82fe0d07

Usage: throughline traces SESSION|QUERY|TRACE-ID [options]

Everything is asked in Tempo's own API, search first and then each trace by its id, so the same command works on a
Throughline server and on real Tempo. SESSION is an id, a unique prefix, latest, or the address of its page (on Tempo
alone: an id); QUERY is TraceQL and begins with {.

  --since, --until T  15m, 2h, 7d, now-1h, RFC 3339 or an epoch (default: the session's start; of a query 1h)
  --errors            with errors only
  -n, --limit N       at most so many traces (default ${usual})
${placeHelp}
${outputHelp("jsonl")}
pretty lists the traces, wide shows the spans of each. json gives {"traces": [...]}, jsonl one trace a line.
`,
  async run(argv, world) {
    const { positionals, values: given } = readArguments(argv, {
      since: { type: "string" },
      until: { type: "string" },
      errors: { type: "boolean" },
      limit: { type: "string", short: "n" },
      ...placeOptions,
      ...outputOptions,
    });
    const asked = onlyArgument(positionals, "SESSION, QUERY or TRACE-ID");
    const filters = recordFiltersOf(given);
    const output = createOutput(given, "jsonl", world);
    if (/^[0-9a-f]{32}$/i.test(asked)) {
      const tempo = needed(enginesOf(choosePlace(given, world)).tempo, "--tempo");
      return showOne(tempo, asked.toLowerCase(), output);
    }
    const isQuery = /^\s*\{/.test(asked);
    const reference = isQuery ? { session: "", url: undefined } : readReference(asked);
    const place = choosePlace(placeFor(reference, given), world);
    const engines = enginesOf(place);
    const tempo = needed(engines.tempo, "--tempo");
    const about = isQuery ? undefined : await aboutSession(reference, place, engines);
    const usualSince =
      about === undefined ? Date.now() - hourMs : (about.startedAt ?? Date.now() - weekMs);
    const base = about === undefined ? asked : traceqlOfSession(about.ids, engines.profile);
    const found = await searchTraces(tempo, {
      traceql: filters.errors === true ? `${base} && { status = error }` : base,
      since: filters.since ?? usualSince,
      until: filters.until ?? Date.now(),
      limit: filters.limit ?? usual,
    });
    const whole: Whole[] = [];
    for (const trace of found) whole.push(await read(tempo, trace));
    if (output.form === "json") output.json({ traces: whole.map(traceJson) });
    else if (output.form === "jsonl") for (const each of whole) output.jsonLine(traceJson(each));
    else if (output.form === "wide") await output.show(whole.flatMap(blockOf));
    else
      await output.show(
        traceTable(
          whole.map(({ spans, trace }) => ({ ...trace, ...counts(spans) })),
          Date.now(),
        ),
      );
    if (found.length === 0 && !output.form.startsWith("json")) world.err("No traces.\n");
    return exit.ok;
  },
};

interface Whole {
  readonly trace: FoundTrace;
  readonly spans: readonly SpanRecord[];
}

async function read(tempo: Connection, trace: FoundTrace): Promise<Whole> {
  return { trace, spans: await spansOfTrace(tempo, trace.traceId) };
}

async function showOne(tempo: Connection, traceId: string, output: Output): Promise<number> {
  const spans = await spansOfTrace(tempo, traceId);
  if (spans.length === 0)
    throw new CommandError(`there is no trace ${traceId}.`, "", exit.notFound);
  const records = spans.map((span, index) => recordOf(span, index));
  if (output.form === "json") output.json({ records });
  else if (output.form === "jsonl") for (const record of records) output.jsonLine(record);
  else await output.show(spanLines(spans, output.form === "wide"));
  return exit.ok;
}

function counts(spans: readonly SpanRecord[]) {
  return {
    spans: spans.length,
    errors: spans.filter(({ status }) => status.code === "error").length,
  };
}

function traceJson({ spans, trace }: Whole): object {
  const { durationMs, rootName, rootService, startMs, traceId } = trace;
  return {
    trace_id: traceId,
    root_service: rootService,
    root_name: rootName,
    started_at: new Date(startMs).toISOString(),
    duration_ms: durationMs,
    ...counts(spans),
  };
}

function blockOf({ spans, trace }: Whole): Line[] {
  const { rootName, rootService, traceId } = trace;
  return [
    line(piece("trace ", "quiet"), piece(traceId, "strong"), `  ${rootService}  ${rootName}`),
    ...spanLines(spans, true),
    line(""),
  ];
}

function spanLines(spans: readonly SpanRecord[], isWide: boolean): Line[] {
  const tree = sessionTree(spans.map((span, index) => recordOf(span, index)));
  return treeLines(tree, { isWide, kept: undefined, now: Date.now(), price: () => undefined });
}

/** Tempo knows no membership: what a span belongs to is not asked here. */
function recordOf(span: SpanRecord, index: number) {
  return sessionRecordOf(span, {
    recordId: String(index),
    sessionId: "",
    membership: "carried",
    step: readStep(span)?.step ?? null,
  });
}
