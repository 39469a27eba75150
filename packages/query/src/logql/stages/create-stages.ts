import { groupRegex } from "../../regex/regex.ts";
import type { Labels, LogEntry } from "../entry/entry.ts";
import { patternReader } from "../pattern.ts";
import type { LogExpression, Matcher, Stage } from "../tree.ts";
import { labelTest, lineFilter, valueTest } from "./filters.ts";
import {
  decolorizeStage,
  dropStage,
  keepStage,
  labelFormatStage,
  lineFormatStage,
} from "./formats.ts";
import { jsonStage, unpackStage } from "./json.ts";
import { Line } from "./line.ts";
import { logfmtStage } from "./logfmt.ts";
import { unwrapStage } from "./unwrap.ts";

/** What a log expression makes of an entry; undefined where it is filtered out. */
export type LogPipeline = (entry: LogEntry) => Line | undefined;

export function createLogPipeline({ matchers, stages }: LogExpression): LogPipeline {
  const selects = streamTest(matchers);
  const steps = stages.map(createStage);
  return (entry) => {
    if (!selects(entry.stream)) return undefined;
    const line = new Line(entry);
    for (const step of steps) if (!step(line)) return undefined;
    return line;
  };
}

/** Decided once for a stream, however many entries it has. */
export function streamTest(matchers: readonly Matcher[]): (stream: Labels) => boolean {
  const tests = matchers.map((matcher) => ({ label: matcher.label, test: valueTest(matcher) }));
  const known = new WeakMap<Labels, boolean>();
  return (stream) => {
    let selected = known.get(stream);
    if (selected === undefined) {
      selected = tests.every(({ label, test }) => test(stream.get(label) ?? ""));
      known.set(stream, selected);
    }
    return selected;
  };
}

/** Runs a stage on a line; false where the line is filtered out. */
function createStage(stage: Stage): (line: Line) => boolean {
  switch (stage.kind) {
    case "line-filter":
      return lineFilter(stage);
    case "label-filter":
      return labelTest(stage.condition);
    case "json":
      return jsonStage(stage);
    case "logfmt":
      return logfmtStage(stage);
    case "unpack":
      return unpackStage();
    case "regexp": {
      const matcher = groupRegex(stage.pattern);
      return extracting((text) => matcher.groups(text) ?? []);
    }
    case "pattern":
      return extracting(patternReader(stage.pattern));
    case "line-format":
      return lineFormatStage(stage);
    case "label-format":
      return labelFormatStage(stage);
    case "drop":
      return dropStage(stage);
    case "keep":
      return keepStage(stage);
    case "decolorize":
      return decolorizeStage();
    case "unwrap":
      return unwrapStage(stage);
  }
}

function extracting(
  read: (text: string) => Iterable<readonly [string, string]>,
): (line: Line) => boolean {
  return (line) => {
    for (const [name, value] of read(line.text)) line.extract(name, value);
    return true;
  };
}
