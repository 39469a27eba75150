import { compileTemplate, type Template } from "../template/render.ts";
import { TemplateFault } from "../template/value.ts";
import type { DropOrKeep, LabelFormat, LineFormat } from "../tree.ts";
import { valueTest } from "./filters.ts";
import { ERROR, ERROR_DETAILS, type Line } from "./line.ts";

export function lineFormatStage({ template }: LineFormat): (line: Line) => boolean {
  const render = compileTemplate(template);
  return (line) => {
    const text = rendered(render, line);
    if (text !== undefined) line.text = text;
    return true;
  };
}

export function labelFormatStage({ assignments }: LabelFormat): (line: Line) => boolean {
  const steps = assignments.map((assignment) => {
    const { label } = assignment;
    if ("from" in assignment) return (line: Line) => rename(line, assignment.from, label);
    const render = compileTemplate(assignment.template);
    return (line: Line) => {
      const value = rendered(render, line);
      if (value !== undefined) line.set(label, value);
    };
  });
  return (line) => {
    for (const step of steps) step(line);
    return true;
  };
}

function rename(line: Line, from: string, to: string): void {
  const value = line.get(from);
  if (value === "") return;
  line.drop(from);
  line.set(to, value);
}

function rendered(render: Template, line: Line): string | undefined {
  const { text, entry } = line;
  try {
    return render({ line: text, timeNs: entry.timeNs, label: (name) => line.get(name) });
  } catch (error) {
    if (!(error instanceof TemplateFault)) throw error;
    line.fail("TemplateFormatErr", error.message);
    return undefined;
  }
}

export function dropStage({ labels }: DropOrKeep): (line: Line) => boolean {
  const drops = labels.map((choice) => ({ label: choice.label, test: choiceTest(choice) }));
  return (line) => {
    for (const { label, test } of drops) if (test(line.get(label))) line.drop(label);
    return true;
  };
}

/** The labels that the language itself adds are kept whatever is asked for. */
export function keepStage({ labels }: DropOrKeep): (line: Line) => boolean {
  const keeps = new Map(labels.map((choice) => [choice.label, choiceTest(choice)]));
  return (line) => {
    for (const name of new Set(line.names())) {
      const test = keeps.get(name);
      if (name !== ERROR && name !== ERROR_DETAILS && test?.(line.get(name)) !== true)
        line.drop(name);
    }
    return true;
  };
}

function choiceTest(choice: DropOrKeep["labels"][number]): (value: string) => boolean {
  return "operator" in choice ? valueTest(choice) : () => true;
}

/** What terminals take as colour: ESC [ … m and its like. */
// oxlint-disable-next-line no-control-regex -- the escape character is what is looked for
const ANSI = /\u001b\[[0-9;?]*[A-Za-z]/g;

export function decolorizeStage(): (line: Line) => boolean {
  return (line) => {
    if (line.text.includes("\u001b")) line.text = line.text.replace(ANSI, "");
    return true;
  };
}
