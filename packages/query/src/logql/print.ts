import { writeDuration } from "../text/quantities.ts";
import { writeString } from "../text/strings.ts";
import type {
  Assignment,
  Binary,
  Extraction,
  Grouping,
  LabelChoice,
  LabelCondition,
  LogExpression,
  LogqlQuery,
  Matcher,
  MetricExpression,
  RangeAggregation,
  Stage,
} from "./tree.ts";
import { binaryPowers } from "./vocabulary.ts";

/** The query as text. Reading it again gives an equal tree. */
export function printLogql(query: LogqlQuery): string {
  return query.kind === "log" ? printLog(query) : printMetric(query);
}

function printLog({ matchers, stages }: LogExpression): string {
  return [printSelector(matchers), ...stages.map(printStage)].join(" ");
}

export function printSelector(matchers: readonly Matcher[]): string {
  return `{${matchers.map(printMatcher).join(", ")}}`;
}

function printMatcher({ label, operator, value }: Matcher): string {
  return `${label}${operator}${writeString(value)}`;
}

function printStage(stage: Stage): string {
  switch (stage.kind) {
    case "line-filter":
      return `${stage.operator} ${stage.values.map(writeString).join(" or ")}`;
    case "label-filter":
      return `| ${printCondition(stage.condition)}`;
    case "json":
      return `| json${printExtractions(stage.extract)}`;
    case "logfmt": {
      const flags = (stage.strict ? " --strict" : "") + (stage.keepEmpty ? " --keep-empty" : "");
      return `| logfmt${flags}${printExtractions(stage.extract)}`;
    }
    case "regexp":
    case "pattern":
      return `| ${stage.kind} ${writeString(stage.pattern)}`;
    case "unpack":
    case "decolorize":
      return `| ${stage.kind}`;
    case "line-format":
      return `| line_format ${writeString(stage.template)}`;
    case "label-format":
      return `| label_format ${stage.assignments.map(printAssignment).join(", ")}`;
    case "drop":
    case "keep":
      return `| ${stage.kind} ${stage.labels.map(printChoice).join(", ")}`;
    case "unwrap":
      return stage.conversion === null
        ? `| unwrap ${stage.label}`
        : `| unwrap ${stage.conversion}(${stage.label})`;
  }
}

function printExtractions(extractions: readonly Extraction[]): string {
  if (extractions.length === 0) return "";
  const said = extractions.map(({ expression, label }) =>
    expression === label ? label : `${label}=${writeString(expression)}`,
  );
  return ` ${said.join(", ")}`;
}

function printAssignment(assignment: Assignment): string {
  const value = "from" in assignment ? assignment.from : writeString(assignment.template);
  return `${assignment.label}=${value}`;
}

function printChoice(choice: LabelChoice): string {
  return "operator" in choice ? printMatcher(choice) : choice.label;
}

/** `inside`: under another `and` or `or`, where a run needs parentheses unless it comes first and is of the other kind. */
function printCondition(condition: LabelCondition, inside = false): string {
  switch (condition.kind) {
    case "label-match":
      return printMatcher(condition.matcher);
    case "label-compare": {
      const { label, operator, type, value } = condition;
      const written =
        type === "duration" ? writeDuration(value) : type === "bytes" ? `${value}B` : String(value);
      return `${label} ${operator} ${written}`;
    }
    case "and":
    case "or": {
      const { kind, operands } = condition;
      const said = operands
        .map((operand) => printCondition(operand, kind === "and" || operand.kind === kind))
        .join(` ${kind} `);
      return inside ? `(${said})` : said;
    }
  }
}

function printMetric(metric: MetricExpression, around = 0): string {
  switch (metric.kind) {
    case "number":
      return String(metric.value);
    case "vector":
      return `vector(${metric.value})`;
    case "range":
      return printRange(metric);
    case "vector-aggregation": {
      const { function: name, grouping, inner, parameter } = metric;
      const first = parameter === null ? "" : `${parameter}, `;
      const grouped = grouping === null ? "" : ` ${printGrouping(grouping)} `;
      return `${name}${grouped}(${first}${printMetric(inner)})`;
    }
    case "label-replace": {
      const { destination, inner, pattern, replacement, source } = metric;
      const texts = [destination, replacement, source, pattern].map(writeString);
      return `label_replace(${printMetric(inner)}, ${texts.join(", ")})`;
    }
    case "binary":
      return printBinary(metric, around);
  }
}

function printRange(range: RangeAggregation): string {
  const { function: name, grouping, log, offset, parameter } = range;
  const first = parameter === null ? "" : `${parameter}, `;
  const space = log.stages.length > 0 ? " " : "";
  const moved = offset === 0 ? "" : ` offset ${writeDuration(offset)}`;
  const grouped = grouping === null ? "" : ` ${printGrouping(grouping)}`;
  return `${name}(${first}${printLog(log)}${space}[${writeDuration(range.range)}]${moved})${grouped}`;
}

function printBinary(
  { bool, group, left, matching, operator, right }: Binary,
  around: number,
): string {
  const power = binaryPowers[operator];
  const [under, over] = operator === "^" ? [power + 1, power] : [power, power + 1];
  const words = [
    operator,
    ...(bool ? ["bool"] : []),
    ...(matching === null
      ? []
      : [`${matching.on ? "on" : "ignoring"} (${matching.labels.join(", ")})`]),
    ...(group === null ? [] : [`group_${group.side} (${group.labels.join(", ")})`]),
  ];
  const text = `${printMetric(left, under)} ${words.join(" ")} ${printMetric(right, over)}`;
  return around > power ? `(${text})` : text;
}

function printGrouping({ labels, without }: Grouping): string {
  return `${without ? "without" : "by"} (${labels.join(", ")})`;
}
