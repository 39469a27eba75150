import type { Place, Turn } from "@throughline/sdk";
import type {
  ChatCompletionMessageFunctionToolCall,
  ChatCompletionTool,
} from "openai/resources/chat/completions";

import { askPolicyExpert } from "./policy-expert.ts";

interface Arguments {
  readonly order?: number;
  readonly amount?: number;
  readonly question?: string;
}

const number = (example: number): object => ({ type: "number", examples: [example] });
const text = (example: string): object => ({ type: "string", examples: [example] });

export const tools: ChatCompletionTool[] = [
  offer("find_order", "Looks an order up", { order: number(4711) }),
  offer("ask_policy_expert", "Asks what we may do", { question: text("Is a refund allowed?") }),
  offer("refund", "Gives money back", { order: number(4711), amount: number(49) }),
];

/** What the model asked for, as far as it is allowed. */
export function useTool(turn: Turn, call: ChatCompletionMessageFunctionToolCall): Promise<string> {
  const { name, arguments: json } = call.function;
  return turn.tool({ name, callId: call.id, arguments: json }, async (tool) => {
    const given = JSON.parse(json) as Arguments;
    if (name === "refund") {
      const allowed = tool.approval({ source: "policy" }, () => (given.amount ?? 0) <= 100);
      if (!allowed) return "Denied: a colleague has to decide that.";
    }
    return tool.execution((execution) => run(execution, name, given));
  });
}

/** `from` is the step the tool works under: what it starts or logs stands below it, wherever it runs. */
async function run(
  from: Place,
  name: string,
  { order, amount, question }: Arguments,
): Promise<string> {
  switch (name) {
    case "find_order":
      return `Order ${order}: one jacket, delivered last week, ${amount ?? 49} euros.`;
    case "ask_policy_expert":
      return askPolicyExpert(from, question ?? "");
    case "refund":
      from.log.info("money given back", { "shop.order": order, "shop.amount": amount });
      return `${amount} euros are on their way.`;
    default:
      return `There is no tool called ${name}.`;
  }
}

function offer(name: string, description: string, properties: object): ChatCompletionTool {
  const parameters = { type: "object", properties, required: Object.keys(properties) };
  return { type: "function", function: { name, description, parameters } };
}
