import { parseDuration } from "@throughline/query";
import { type LogqlLine, parseSelector, planLogql } from "@throughline/query/logql";
import type { TelemetryReader } from "@throughline/store";

import { answerJson, saidPartial } from "../protocol/answer.ts";
import { planned } from "../protocol/parameters.ts";
import { Refusal } from "../refusal/refusal.ts";
import { decodedName } from "./labels.ts";
import { fieldsOfLine } from "./line-fields.ts";
import type { AskLoki, LokiVisit } from "./loki-visit.ts";
import { hour, windowOf } from "./window.ts";

const mostLines = 5_000;

/** Fields of the newest lines: what records carry beside their line, and what the line itself holds as JSON or logfmt. */
export const detectedFields: AskLoki = async (reader, asked) => {
  const limit = asked.parameters.whole("limit", 0, 10_000) || 1_000;
  const { fields, partial } = await detect(reader, asked);
  const listed = [...fields].slice(0, limit).map(([label, { jsonPath, parsers, values }]) => ({
    label,
    type: typeOf(values),
    cardinality: values.size,
    parsers: parsers.size === 0 ? null : [...parsers],
    ...(jsonPath !== undefined && { jsonPath }),
  }));
  await answerJson(asked.visit, { fields: listed, limit }, saidPartial(partial));
};

export const detectedFieldValues: AskLoki = async (reader, asked) => {
  const limit = asked.parameters.whole("limit", 0, 10_000) || 1_000;
  const { fields, partial } = await detect(reader, asked);
  const values = [...(fields.get(decodedName(asked))?.values ?? [])].toSorted().slice(0, limit);
  await answerJson(asked.visit, { values, limit }, saidPartial(partial));
};

export const detectedLabels: AskLoki = async (reader, { parameters, signal, visit }) => {
  const query = parameters.text("query");
  const selector = query === undefined ? undefined : planned(() => parseSelector(query));
  const selectors = selector === undefined ? [] : [selector];
  const { partial, streams } = await reader.logStreams(
    { window: windowOf(parameters, hour), selectors },
    { signal },
  );
  const values = new Map<string, Set<string>>();
  for (const { labels } of streams)
    for (const [name, value] of labels)
      values.set(name, (values.get(name) ?? new Set()).add(value));
  const listed = Array.from(values, ([label, { size }]) => ({ label, cardinality: size }));
  await answerJson(visit, { detectedLabels: listed }, saidPartial(partial));
};

interface Field {
  readonly values: Set<string>;
  readonly parsers: Set<"json" | "logfmt">;
  jsonPath: readonly string[] | undefined;
}

async function detect(
  reader: TelemetryReader,
  { parameters, signal }: LokiVisit,
): Promise<{ readonly fields: ReadonlyMap<string, Field>; readonly partial: string | undefined }> {
  const query = parameters.required("query");
  const limit = parameters.whole("line_limit", 0, mostLines) || 1_000;
  const plan = planned(() => planLogql(query, { ...windowOf(parameters, hour), limit }));
  if (plan.kind !== "logs") throw new Refusal("bad_query", "Fields are those of log lines.");
  const { lines, partial } = await reader.searchLogs(plan, { signal });
  const fields = new Map<string, Field>();
  for (const line of lines) seeLine(fields, line);
  return { fields, partial };
}

function seeLine(fields: Map<string, Field>, { line, metadata, parsed, stream }: LogqlLine): void {
  const field = (name: string): Field => {
    let known = fields.get(name);
    if (known === undefined)
      fields.set(name, (known = { values: new Set(), parsers: new Set(), jsonPath: undefined }));
    return known;
  };
  for (const labels of [metadata, parsed])
    for (const [name, value] of labels) field(name).values.add(value);
  const inLine = fieldsOfLine(line);
  for (const { name, path, value } of inLine.fields) {
    const taken = stream.has(name) || (metadata.has(name) && !parsed.has(name));
    const known = field(taken ? `${name}_extracted` : name);
    known.values.add(value);
    known.parsers.add(inLine.parser);
    known.jsonPath ??= path;
  }
}

const tests: readonly (readonly [type: string, test: (value: string) => boolean])[] = [
  ["int", (value) => /^[+-]?\d{1,19}$/.test(value)],
  ["float", (value) => /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(value)],
  ["boolean", (value) => value === "true" || value === "false"],
  ["duration", (value) => parseDuration(value) !== undefined],
  ["bytes", (value) => /^\d+(?:\.\d+)?\s?(?:[KMGTPE]i?)?B$/i.test(value)],
];

function typeOf(values: ReadonlySet<string>): string {
  const all = [...values];
  return tests.find(([, test]) => all.length > 0 && all.every(test))?.[0] ?? "string";
}
