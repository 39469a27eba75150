import { groupNames, partRegex, type RegexBudget, wholeRegex } from "../../regex/regex.ts";
import { PartFault } from "../../text/part-fault.ts";
import { faultAt } from "../../text/places.ts";
import { parseJsonPath } from "../json/path.ts";
import { patternReader, patternTest } from "../pattern.ts";
import { parseTemplate } from "../template/parse.ts";
import type { LabelCondition, LabelFormat, Matcher, Regexp, Stage } from "../tree.ts";

/** Strings inside a stage that have a grammar of their own: they must be readable. */
export function checkStage(stage: Stage, budget: RegexBudget): void {
  switch (stage.kind) {
    case "line-filter":
      for (const value of stage.values)
        if (stage.operator === "|~" || stage.operator === "!~")
          within(stage, () => {
            budget.spend(value);
            partRegex(value);
          });
        else if (stage.operator === "|>" || stage.operator === "!>")
          within(stage, () => patternTest(value));
      return;
    case "label-filter":
      return checkCondition(stage.condition, budget);
    case "json":
      for (const extraction of stage.extract)
        within(extraction, () => parseJsonPath(extraction.expression));
      return;
    case "regexp":
      return within(stage, () => checkRegexp(stage, budget));
    case "pattern":
      return within(stage, () => patternReader(stage.pattern));
    case "line-format":
      return within(stage, () => parseTemplate(stage.template));
    case "label-format":
      return checkLabelFormat(stage);
    case "drop":
    case "keep":
      for (const label of stage.labels) if ("operator" in label) checkMatch(label, budget);
      return;
    case "logfmt":
    case "unpack":
    case "decolorize":
    case "unwrap":
  }
}

function checkCondition(condition: LabelCondition, budget: RegexBudget): void {
  if (condition.kind === "label-match") checkMatch(condition.matcher, budget);
  else if (condition.kind !== "label-compare")
    for (const operand of condition.operands) checkCondition(operand, budget);
}

export function checkMatch(matcher: Matcher, budget: RegexBudget): void {
  const { operator, value } = matcher;
  if (operator === "=" || operator === "!=") return;
  within(matcher, () => {
    budget.spend(value);
    wholeRegex(value);
  });
}

function checkRegexp({ pattern }: Regexp, budget: RegexBudget): void {
  budget.spend(pattern);
  if (groupNames(pattern).length === 0)
    throw new PartFault("invalid", "the expression needs a named group, like (?P<status>[0-9]+)");
}

function checkLabelFormat({ assignments }: LabelFormat): void {
  const seen = new Set<string>();
  for (const assignment of assignments) {
    const { label } = assignment;
    if (seen.has(label)) throw faultAt(assignment, "invalid", `${label} is assigned twice`);
    if (label === "__error__" || ("from" in assignment && assignment.from === "__error__"))
      throw faultAt(assignment, "invalid", "__error__ can't be renamed");
    seen.add(label);
    if ("template" in assignment) within(assignment, () => parseTemplate(assignment.template));
  }
}

/** Says where in the query the string stands that something is wrong with. */
export function within(node: object, check: () => unknown): void {
  try {
    check();
  } catch (error) {
    if (!(error instanceof PartFault)) throw error;
    throw faultAt(node, error.kind, error.message);
  }
}
