import { PartFault } from "../../text/part-fault.ts";
import { signatures } from "./functions.ts";
import { type Nodes, type Operand, parseTemplate } from "./parse.ts";
import {
  isTruth,
  MAX_RESULT,
  Moment,
  TemplateFault,
  type TemplateValue,
  tooLong,
} from "./value.ts";

export interface TemplateInput {
  readonly line: string;
  readonly timeNs: bigint;
  /** Empty for a label that is not there. */
  label(name: string): string;
}

/** Throws a TemplateFault where a line does not allow what the template asks. */
export type Template = (input: TemplateInput) => string;

export function compileTemplate(text: string): Template {
  const nodes = parseTemplate(text);
  return (input) => {
    try {
      return render(nodes, input);
    } catch (error) {
      // A pattern that comes out of the line itself.
      throw error instanceof PartFault ? new TemplateFault(error.message) : error;
    }
  };
}

function render(nodes: Nodes, input: TemplateInput): string {
  let result = "";
  for (const node of nodes) {
    if (node.kind === "text") result += node.text;
    else if (node.kind === "output") result += String(valueOf(node.value, input));
    else result += render(isTruth(valueOf(node.test, input)) ? node.yes : node.no, input);
    if (result.length > MAX_RESULT) throw tooLong();
  }
  return result;
}

function valueOf(operand: Operand, input: TemplateInput): TemplateValue {
  switch (operand.kind) {
    case "constant":
      return operand.value;
    case "field":
      return input.label(operand.name);
    case "call": {
      const { name, operands } = operand;
      if (name === "__line__") return input.line;
      if (name === "__timestamp__") return new Moment(input.timeNs);
      const values = operands.map((each) => valueOf(each, input));
      return signatures.get(name)?.apply(values) ?? "";
    }
  }
}
