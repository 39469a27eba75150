import type { Message, MessagePart } from "@throughline/core/dialects";
import type { TreeNode } from "@throughline/core/session";

import { isError } from "../outline/rows.ts";
import { cut, oneLine, visible } from "../text/visible.ts";
import { fieldOf, pretty } from "./details.ts";
import type { Outline } from "./outline.ts";
import type { ShownPart, Transcript, TranscriptItem } from "./protocol.ts";
import { contentOf, readingOf } from "./telemetry.ts";
import { noteOf, titleOf } from "./titles.ts";

const mostItems = 3_000;
const mostText = 8_000;

/**
 * What was said and done, in order. A model call repeats the whole conversation before it, so a message is shown the first
 * time it is sent; the same words sent again later are shown again.
 */
export function transcriptOf({ axis, tree }: Outline): Transcript {
  const items: TranscriptItem[] = [];
  const told = new Told();
  const calls = toolCallIds(tree.nodes);
  const runs = new Map<TreeNode, string>();
  let left = 0;
  let captured = false;
  const add = (item: TranscriptItem) => {
    if (items.length < mostItems) items.push(item);
    else left++;
  };

  /** What the turn as a whole answered: told at its end, where none of its calls has told it. */
  let answer = () => {};
  for (const node of tree.nodes) {
    const { depth, end, id, record, start, turn } = node;
    const ms = end === null ? null : (end - start) / 1_000;
    runs.set(node, runOf(node, runs));
    if (record === null || record.step === "turn") {
      if (record === null || node.parent === null) {
        answer();
        answer = () => {};
        const at = (start - axis.from) / 1_000;
        add({ kind: "turn", id, turn: turn ?? 0, at, ms, error: isError(record) });
      }
      if (record === null) continue;
    }
    const agent = readingOf(record).agent ?? "";
    const content = contentOf(record);
    const say = (messages: readonly Message[] | undefined, isAnswer: boolean) => {
      for (const message of told.fresh(runs.get(node) ?? "", messages ?? [], isAnswer)) {
        const parts = partsOf(message, calls);
        if (parts.length === 0) continue;
        captured = true;
        add({ kind: "message", id, role: visible(message.role), agent, depth, parts });
      }
    };
    const step = () => {
      const { toolArguments, toolResult } = content;
      if (toolArguments !== undefined || toolResult !== undefined) captured = true;
      const input =
        toolArguments === undefined ? null : fieldOf("input", pretty(toolArguments), mostText);
      const output =
        toolResult === undefined ? null : fieldOf("output", pretty(toolResult), mostText);
      const kind = record.step ?? record.kind;
      const words = { title: titleOf(node), note: noteOf(node) };
      add({
        kind: "step",
        id,
        step: kind,
        ...words,
        depth,
        error: isError(record),
        ms,
        input,
        output,
      });
    };

    if (record.kind === "log") {
      if (record.step === "prompt" || record.step === "answer") {
        say(content.input ?? promptOf(node), false);
        say(content.output, true);
      } else if (isError(record) || record.step === "compaction") step();
      continue;
    }
    switch (record.step) {
      case "turn":
        say(content.system, false);
        say(content.input, false);
        answer = () => say(content.output, false);
        break;
      case "llm":
        say(content.system, false);
        say(content.input, false);
        if (content.output === undefined || isError(record)) step();
        say(content.output, true);
        break;
      case "tool":
      case "agent":
      case "sidecar":
      case "delegation":
        step();
        break;
      default:
        if (record.step === null && isError(record)) step();
    }
  }
  answer();
  return { items, left, captured };
}

/** Each agent has a conversation of its own. Parents come before their children. */
function runOf({ id, parent, record }: TreeNode, runs: ReadonlyMap<TreeNode, string>): string {
  if (record?.step === "agent" || record?.step === "sidecar") return id;
  return parent === null ? "" : (runs.get(parent) ?? "");
}

function promptOf({ record }: TreeNode): Message[] {
  const prompt = record?.attributes["prompt"];
  if (typeof prompt !== "string" || /^[<[]REDACTED[>\]]$/.test(prompt)) return [];
  return [{ role: "user", parts: [{ type: "text", text: prompt }] }];
}

function toolCallIds(nodes: readonly TreeNode[]): Set<string> {
  const ids = new Set<string>();
  for (const { record } of nodes) {
    if (record?.kind !== "span" || record.step !== "tool") continue;
    const { callId } = readingOf(record);
    if (callId !== undefined) ids.add(callId);
  }
  return ids;
}

/** Counts how often each message of a conversation was shown: an answer becomes part of the next call's input. */
class Told {
  readonly #shown = new Map<string, number>();

  fresh(run: string, messages: readonly Message[], isAnswer: boolean): Message[] {
    const seen = new Map<string, number>();
    return messages.filter((message) => {
      const key = `${run}\n${wordsOf(message)}`;
      const before = this.#shown.get(key) ?? 0;
      const now = isAnswer ? before + 1 : (seen.get(key) ?? 0) + 1;
      seen.set(key, now);
      if (now <= before) return false;
      this.#shown.set(key, now);
      return true;
    });
  }
}

/** Roles are told differently on the way out and in again; the words are what they are. */
function wordsOf({ parts }: Message): string {
  return parts
    .map((part) => {
      switch (part.type) {
        case "tool_call":
          return `call ${part.id ?? ""} ${part.name ?? ""}`;
        case "tool_result":
          return `result ${part.id ?? ""} ${part.result.slice(0, 2_000)}`;
        case "other":
          return part.kind;
        default:
          return part.text.slice(0, 2_000).trim();
      }
    })
    .join("\n");
}

function partsOf({ parts }: Message, calls: ReadonlySet<string>): ShownPart[] {
  return parts.flatMap((part) => {
    // The tool's own step shows what went in and came out.
    if ((part.type === "tool_call" || part.type === "tool_result") && calls.has(part.id ?? ""))
      return [];
    return [shownPart(part)];
  });
}

function shownPart(part: MessagePart): ShownPart {
  switch (part.type) {
    case "tool_call":
      return {
        type: part.type,
        name: oneLine(part.name ?? "", 100),
        ...cut(pretty(part.arguments), mostText),
      };
    case "tool_result":
      return { type: part.type, name: "", ...cut(pretty(part.result), mostText) };
    case "other":
      return { type: part.type, name: visible(part.kind), text: "", left: 0 };
    default:
      return { type: part.type, name: "", ...cut(part.text, mostText) };
  }
}
