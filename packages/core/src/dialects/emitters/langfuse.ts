import type { PlainMap } from "../../record/record.ts";
import type { Dialect } from "../dialect.ts";
import { present } from "../fields.ts";
import type { ReadCost, StepReading, Usage } from "../reading.ts";

/** Langfuse 5: observations on any span; usage and cost are JSON texts. */
export const langfuse: Dialect = {
  id: "langfuse",
  title: "Langfuse",
  recognise: { marks: ["langfuse.observation.type"], scopes: ["langfuse-sdk", "langfuse*"] },
  kinds: [
    {
      key: "langfuse.observation.type",
      values: {
        generation: "llm",
        embedding: "llm",
        agent: "run",
        chain: "flow",
        tool: "tool",
        retriever: "action",
        guardrail: "hook",
        evaluator: "sidecar",
        event: null,
      },
    },
  ],
  span: ({ attributes, name }) =>
    present({
      usage: usageOf(attributes),
      cost: costOf(attributes),
      ...(attributes["langfuse.observation.type"] === "tool" ? { tool: name } : {}),
      ...(attributes["langfuse.observation.level"] === "ERROR"
        ? ({ outcome: "error" } satisfies Partial<StepReading>)
        : {}),
    }),
  fields: {
    model: ["langfuse.observation.model.name"],
    errorMessage: ["langfuse.observation.status_message"],
  },
  content: {
    input: ["langfuse.observation.input"],
    output: ["langfuse.observation.output"],
    toolArguments: ["langfuse.observation.input"],
    toolResult: ["langfuse.observation.output"],
  },
  keys: [
    "langfuse.observation.level",
    "langfuse.observation.usage_details",
    "langfuse.observation.cost_details",
  ],
};

function usageOf(attributes: PlainMap): Usage | undefined {
  const details = numbersIn(attributes["langfuse.observation.usage_details"]);
  if (details === undefined) return undefined;
  const output = details.get("output");
  const total = details.get("total");
  return present({
    // Cached tokens may be counted apart, under names that differ by provider; the total knows.
    input: total === undefined ? details.get("input") : Math.max(0, total - (output ?? 0)),
    output,
    cacheRead: details.get("input_cached_tokens") ?? details.get("cache_read_input_tokens"),
    cacheWrite: details.get("cache_creation_input_tokens"),
    reasoning: details.get("output_reasoning_tokens"),
  });
}

function costOf(attributes: PlainMap): ReadCost | undefined {
  const details = numbersIn(attributes["langfuse.observation.cost_details"]);
  if (details === undefined) return undefined;
  const amount = details.get("total") ?? (details.get("input") ?? 0) + (details.get("output") ?? 0);
  return { amount, currency: "USD", source: "reported" };
}

function numbersIn(json: unknown): ReadonlyMap<string, number> | undefined {
  if (typeof json !== "string" || json.length > 4096) return undefined;
  try {
    const parsed: unknown = JSON.parse(json);
    if (typeof parsed !== "object" || parsed === null) return undefined;
    return new Map(
      Object.entries(parsed).filter(
        (entry): entry is [string, number] =>
          typeof entry[1] === "number" && Number.isFinite(entry[1]) && entry[1] >= 0,
      ),
    );
  } catch {
    return undefined;
  }
}
