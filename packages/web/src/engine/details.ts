import type { Message } from "@throughline/core/dialects";
import type { JsonMap, JsonValue, SessionRecord, TreeNode } from "@throughline/core/session";

import { cut, visible } from "../text/visible.ts";
import { written } from "../text/written.ts";
import type { Outline } from "./outline.ts";
import type { Details, Field, ShownMessage } from "./protocol.ts";
import { contentOf, readingOf } from "./telemetry.ts";
import { titleOf } from "./titles.ts";

/** How much of one text a panel shows; the rest is a click away (`whole`). */
const mostText = 20_000;
const mostValue = 4_000;
const mostFields = 500;
const mostMessages = 200;
const mostPath = 12;

export function detailsOf(outline: Outline, node: TreeNode): Details | null {
  const { record } = node;
  if (record === null) return null;
  const { attributes, body, events, links, ...rest } = record;
  const sinceMs = (time: string) => (Number(time) / 1_000 - outline.axis.from) / 1_000;
  const content = contentOf(record);
  const reading = readingOf(record);
  const parts = [
    ["System", content.system],
    ["Input", content.input],
    ["Output", content.output],
  ] as const;
  return {
    record: { ...rest, name: visible(rest.name.slice(0, mostValue)) },
    title: titleOf(node),
    reading: readingFields(record),
    path: pathOf(node),
    attributes: fieldsOf(attributes),
    body: body === null ? null : fieldOf("body", body, mostText),
    events: events.slice(0, mostFields).map((event) => ({
      name: visible(event.name.slice(0, mostValue)),
      sinceMs: sinceMs(event.time_ns),
      attributes: fieldsOf(event.attributes),
    })),
    links: links.slice(0, mostFields).map((link) => ({
      trace: link.trace_id,
      span: link.span_id,
      target: targetOf(outline, link.trace_id, link.span_id),
      attributes: fieldsOf(link.attributes),
    })),
    messages: parts.flatMap(([part, list]) =>
      list === undefined ? [] : [{ part, list: list.slice(-mostMessages).map(shown) }],
    ),
    tool:
      content.toolArguments === undefined && content.toolResult === undefined
        ? null
        : {
            input: textField("input", content.toolArguments),
            output: textField("output", content.toolResult ?? reading.error?.message),
          },
    oddities: node.oddities,
    sinceMs: (node.start - outline.axis.from) / 1_000,
    ms: node.end === null ? null : (node.end - node.start) / 1_000,
    turn: node.turn,
  };
}

function readingFields(record: SessionRecord): Record<string, string | number> {
  const {
    agent,
    attempt,
    callId,
    cost,
    decision,
    dialect,
    error,
    model,
    operation,
    provider,
    tool,
    usage,
  } = readingOf(record);
  const said: Record<string, string | number | undefined> = {
    dialect,
    agent,
    model,
    provider,
    operation,
    tool,
    "call id": callId,
    attempt,
    decision,
    "input tokens": usage?.input,
    "output tokens": usage?.output,
    "cache read": usage?.cacheRead,
    "cache write": usage?.cacheWrite,
    reasoning: usage?.reasoning,
    cost: cost === undefined ? undefined : `${cost.amount} ${cost.currency} (${cost.source})`,
    error: error?.type,
    "error message": error?.message,
  };
  const fields: Record<string, string | number> = {};
  for (const [name, value] of Object.entries(said)) {
    if (value === undefined) continue;
    fields[name] = typeof value === "string" ? cut(value, mostValue).text : value;
  }
  return fields;
}

function pathOf(node: TreeNode): Details["path"] {
  const path: { id: string; title: string }[] = [];
  for (let at = node.parent; at !== null && path.length < mostPath; at = at.parent) {
    path.unshift({ id: at.id, title: titleOf(at) });
  }
  return path;
}

export function fieldOf(key: string, value: JsonValue, most: number): Field {
  const whole = written(value, 2);
  const { left, text } = cut(whole, most);
  return { key: visible(key.slice(0, 200)), value: text, left };
}

function textField(key: string, text: string | undefined): Field | null {
  return text === undefined ? null : fieldOf(key, pretty(text), mostText);
}

/** JSON in a text is easier to read indented. */
export function pretty(text: string): string {
  if (text.length > 200_000 || !/^\s*[[{]/.test(text)) return text;
  try {
    return written(JSON.parse(text) as JsonValue, 2);
  } catch {
    return text;
  }
}

function fieldsOf(map: JsonMap): Field[] {
  return Object.keys(map)
    .toSorted()
    .slice(0, mostFields)
    .map((key) => fieldOf(key, map[key] ?? null, mostValue));
}

function targetOf({ tree }: Outline, trace: string, span: string): string | null {
  const found = tree.nodes.find(
    ({ record }) => record?.kind === "span" && record.span_id === span && record.trace_id === trace,
  );
  return found?.id ?? null;
}

function shown({ parts, role }: Message): ShownMessage {
  let left = 0;
  const take = (text: string): string => {
    const taken = cut(text, mostText);
    left += taken.left;
    return taken.text;
  };
  return {
    role: visible(role),
    parts: parts.map((part) => {
      switch (part.type) {
        case "tool_call":
          return {
            ...part,
            name: visible(part.name ?? ""),
            arguments: take(pretty(part.arguments)),
          };
        case "tool_result":
          return { ...part, result: take(pretty(part.result)) };
        case "other":
          return { ...part, kind: visible(part.kind) };
        default:
          return { ...part, text: take(part.text) };
      }
    }),
    left,
  };
}
