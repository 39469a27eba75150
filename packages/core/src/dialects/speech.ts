import type { TelemetryRecord } from "../record/record.ts";
import type { Dialect, FieldName, Fields, StepWord } from "./dialect.ts";
import { eventNameOf } from "./event-name.ts";
import { genAi } from "./gen-ai.ts";
import { type Patterns, compilePatterns, eachMatch } from "./patterns.ts";
import type { LogMeaning } from "./reading.ts";
import { dialects } from "./registry.ts";

/** The dialects that a record speaks, as one: their tables laid on top of each other, the most believed first. */
export interface Speech {
  /** The general layer is always last. */
  readonly dialects: readonly Dialect[];
  /** Who answers where no agent is named. */
  readonly agent: string | undefined;
  readonly fields: Fields;
  readonly steps: Patterns<StepWord | null>;
  readonly events: Patterns<LogMeaning | null>;
}

/** Words that are remembered with who speaks so; strangers can't make it grow beyond the bound. */
const mostWords = 1_000;
const longestWord = 100;

type Hearing = (word: string) => readonly number[];

/** Which dialects a word is a sign of. The same few come again and again. */
function hearing(of: (dialect: Dialect) => readonly string[] | undefined): Hearing {
  const patterns = compilePatterns(
    dialects.flatMap((dialect, index) =>
      (of(dialect) ?? []).map((pattern) => [pattern, index] as const),
    ),
  );
  const known = new Map<string, readonly number[]>();
  return (word) => {
    const before = known.get(word);
    if (before !== undefined) return before;
    const spoken: number[] = [];
    eachMatch(patterns, word, (index) => hear(spoken, index));
    if (known.size < mostWords && word.length <= longestWord) known.set(word, spoken);
    return spoken;
  };
}

const inScope = hearing(({ recognise }) => recognise.scopes);
const inService = hearing(({ recognise }) => recognise.services);
/** Dialects by their place in the registry. */
export const spokenUnder: Hearing = hearing(({ recognise }) => recognise.names);
/** Attribute keys whose presence is enough. */
export const marks: readonly (readonly [key: string, dialect: number])[] = dialects.flatMap(
  ({ recognise }, index) => (recognise.marks ?? []).map((key) => [key, index] as const),
);

/** Combinations met so far. A few dozen occur; strangers can't make it grow beyond the bound. */
const speeches = new Map<string, Speech>();
const mostSpeeches = 512;

/** Of the record that was asked for last: a span is asked for its session, its step and its outcome one after the other. */
let heardOf: TelemetryRecord | undefined;
let heard: Speech | undefined;

export function speechOf(record: TelemetryRecord): Speech {
  if (record !== heardOf || heard === undefined) {
    heard = speechIn(record);
    heardOf = record;
  }
  return heard;
}

function speechIn(record: TelemetryRecord): Speech {
  const { attributes, resource, scope } = record;
  const service = resource.attributes["service.name"];
  const name = record.kind === "span" ? record.name : eventNameOf(record);
  const spoken = spokenFrom(scope.name, typeof service === "string" ? service : undefined);
  for (const index of spokenUnder(name)) hear(spoken, index);
  for (const [key, index] of marks) if (attributes[key] !== undefined) hear(spoken, index);
  return speechOfAll(spoken);
}

/** A list of one's own, to which more may be added. */
export function spokenFrom(scope: string, service: string | undefined): number[] {
  const spoken = [...inScope(scope)];
  if (service !== undefined) for (const index of inService(service)) hear(spoken, index);
  return spoken;
}

export function hear(spoken: number[], index: number): void {
  if (!spoken.includes(index)) spoken.push(index);
}

export function speechOfAll(spoken: number[]): Speech {
  if (spoken.length > 1) spoken.sort((left, right) => left - right);

  const id = spoken.join(" ");
  let speech = speeches.get(id);
  if (speech === undefined) {
    speech = layer([...spoken.flatMap((index) => dialects[index] ?? []), genAi]);
    if (speeches.size < mostSpeeches) speeches.set(id, speech);
  }
  return speech;
}

function layer(spoken: readonly Dialect[]): Speech {
  const fields: Partial<Record<FieldName, string[]>> = {};
  for (const dialect of spoken) {
    for (const [field, keys] of Object.entries(dialect.fields ?? {}))
      (fields[field as FieldName] ??= []).push(...keys);
  }
  return {
    dialects: spoken,
    agent: spoken.find(({ agent }) => agent !== undefined)?.agent,
    fields,
    steps: compilePatterns(spoken.flatMap(({ steps = {} }) => Object.entries(steps))),
    events: compilePatterns(spoken.flatMap(({ events = {} }) => Object.entries(events))),
  };
}
