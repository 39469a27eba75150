import type { TreeNode } from "@throughline/core/session";

import { isError } from "../outline/rows.ts";
import { oneLine } from "../text/visible.ts";
import type { Outline } from "./outline.ts";
import type { Call, Figures, Step } from "./protocol.ts";
import { readingOf } from "./telemetry.ts";
import { titleOf } from "./titles.ts";

/** The calls of a session, each once, as its totals count them. */
export function figuresOf({ axis, tree }: Outline): Figures {
  const call = (node: TreeNode): Call => {
    const { end, id, record, start } = node;
    const { cost, endNs, model, startNs, tool, usage } = record === null ? {} : readingOf(record);
    const told = startNs !== undefined && endNs !== undefined;
    return {
      id,
      at: (start - axis.from) / 1_000,
      ms: told ? Number(endNs - startNs) / 1e6 : end === null ? null : (end - start) / 1_000,
      who: oneLine(
        record?.step === "llm" ? (model ?? "unknown model") : (tool ?? titleOf(node)),
        80,
      ),
      error: isError(record),
      input: usage?.input ?? 0,
      output: usage?.output ?? 0,
      cached: usage?.cacheRead ?? 0,
      cost: cost?.amount ?? null,
    };
  };
  return {
    models: toldOnce(tree.nodes, "llm").map(call),
    tools: toldOnce(tree.nodes, "tool").map(call),
  };
}

/**
 * By spans; where a service tells its calls by log events alone, by these. Emitters tell a model call again around it, so
 * the innermost span is the call. A tool may well call others, by way of the agent it asks.
 */
function toldOnce(nodes: readonly TreeNode[], step: "llm" | "tool"): TreeNode[] {
  const all = nodes.filter(({ record }) => record?.step === step);
  const spans = all.filter(({ record }) => record?.kind === "span");
  const around = new Set<TreeNode>();
  for (const { parent } of step === "llm" ? spans : []) {
    for (let at = parent; at !== null && !around.has(at); at = at.parent) around.add(at);
  }
  const bySpans = new Set(spans.map(({ record }) => record?.service));
  return all.filter(
    (node) =>
      !around.has(node) && (node.record?.kind === "span" || !bySpans.has(node.record?.service)),
  );
}

const compared: ReadonlySet<string> = new Set([
  "turn",
  "action",
  "llm",
  "tool",
  "agent",
  "sidecar",
  "delegation",
]);

/** What an agent did, step by step, to be laid beside what another did. */
export function stepsOf({ tree }: Outline): Step[] {
  const inner = new Set([...toldOnce(tree.nodes, "llm"), ...toldOnce(tree.nodes, "tool")]);
  return tree.nodes.flatMap((node) => {
    const { depth, end, id, record, start, turn } = node;
    const kind = record === null ? "turn" : (record.step ?? "");
    if (!compared.has(kind)) return [];
    if ((kind === "llm" || kind === "tool") && !inner.has(node)) return [];
    if (record?.kind === "log" && kind !== "llm" && kind !== "tool") return [];
    const { cost, usage } = record === null ? {} : readingOf(record);
    return [
      {
        id,
        kind,
        name: kind === "turn" ? "turn" : titleOf(node),
        depth,
        ms: end === null ? null : (end - start) / 1_000,
        tokens: (usage?.input ?? 0) + (usage?.output ?? 0),
        cost: cost?.amount ?? null,
        error: isError(record),
        turn,
      },
    ];
  });
}
