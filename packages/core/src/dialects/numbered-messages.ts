import type { PlainMap, PlainValue } from "../record/record.ts";
import type { Message } from "./messages.ts";
import { readMessages } from "./messages.ts";

const mostMessages = 1000;

/**
 * Messages spread over numbered keys, as attribute values once had to be flat: OpenLLMetry's `gen_ai.prompt.0.content` and
 * OpenInference's `llm.input_messages.0.message.content`.
 */
export function readNumbered(attributes: PlainMap, family: string, role: string): Message[] {
  const tree = treeOf(attributes, `${family}.`);
  if (tree === undefined) return [];
  return inOrder(tree).flatMap((branch) => {
    const message = branch instanceof Map ? (branch.get("message") ?? branch) : branch;
    return message instanceof Map
      ? readMessages([asMessage(message)], role)
      : readMessages(message, role);
  });
}

type Tree = Map<string, Tree | PlainValue>;

function treeOf(attributes: PlainMap, prefix: string): Tree | undefined {
  let root: Tree | undefined;
  for (const key in attributes) {
    const value = attributes[key];
    if (!key.startsWith(prefix) || value === undefined) continue;
    const path = key.slice(prefix.length).split(".", 12);
    if (!/^\d{1,3}$/.test(path[0] ?? "")) continue;
    root ??= new Map();
    let branch = root;
    for (const name of path.slice(0, -1)) {
      const next = branch.get(name);
      if (next instanceof Map) branch = next;
      else branch.set(name, (branch = new Map()));
    }
    branch.set(path.at(-1) ?? "", value);
  }
  return root;
}

function inOrder(tree: Tree): (Tree | PlainValue)[] {
  return [...tree]
    .filter(([name]) => /^\d{1,3}$/.test(name))
    .toSorted(([left], [right]) => Number(left) - Number(right))
    .slice(0, mostMessages)
    .map(([, branch]) => branch);
}

function asMessage(tree: Tree): PlainMap {
  const contents = tree.get("contents");
  const calls = tree.get("tool_calls");
  const content = tree.get("content");
  return {
    ...leaves(tree, ["role", "tool_call_id"]),
    content:
      contents instanceof Map
        ? inOrder(contents).map((part) => leavesOf(part, "message_content"))
        : content === undefined || content instanceof Map
          ? ""
          : content,
    ...(calls instanceof Map
      ? { tool_calls: inOrder(calls).map((call) => callOf(leafTree(call, "tool_call"))) }
      : {}),
  };
}

function callOf(call: Tree): PlainMap {
  const inner = call.get("function");
  return {
    ...leaves(call, ["id", "name", "arguments"]),
    ...(inner instanceof Map ? leaves(inner, ["name", "arguments"]) : {}),
  };
}

function leavesOf(branch: Tree | PlainValue, wrapper: string): PlainMap {
  return leaves(leafTree(branch, wrapper), ["type", "text", "content"]);
}

function leafTree(branch: Tree | PlainValue, wrapper: string): Tree {
  if (!(branch instanceof Map)) return new Map();
  const inner = branch.get(wrapper);
  return inner instanceof Map ? inner : branch;
}

function leaves(tree: Tree, names: readonly string[]): PlainMap {
  const found: [string, PlainValue][] = [];
  for (const name of names) {
    const value = tree.get(name);
    if (value !== undefined && !(value instanceof Map)) found.push([name, value]);
  }
  return Object.fromEntries(found);
}
