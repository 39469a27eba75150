import type { PlainMap, PlainValue } from "../record/record.ts";

export type MessagePart =
  | { readonly type: "text" | "reasoning"; readonly text: string }
  | {
      readonly type: "tool_call";
      readonly id?: string;
      readonly name?: string;
      readonly arguments: string;
    }
  | { readonly type: "tool_result"; readonly id?: string; readonly result: string }
  /** An image, a file, anything that is no text. */
  | { readonly type: "other"; readonly kind: string };

export interface Message {
  readonly role: string;
  readonly parts: readonly MessagePart[];
}

/** A conversation is read up to here: one captured value may hold a session's whole history. */
const mostMessages = 1000;
const mostParts = 200;
const longestJson = 8_000_000;

/**
 * Messages as any emitter writes them: GenAI parts, OpenAI's and Anthropic's own shapes, the Vercel AI SDK's, Gemini's
 * contents, as values or as JSON; anything else is one text.
 */
export function readMessages(value: PlainValue | undefined, role: string): Message[] {
  const decoded = decode(value);
  if (decoded === undefined || decoded === null || decoded === "") return [];
  if (isMap(decoded) && isList(decoded["messages"])) {
    const system = decoded["system"];
    return [
      ...(typeof system === "string" ? [readMessage(system, "system")] : []),
      ...readMessages(decoded["messages"], role),
    ];
  }
  if (isMap(decoded) && isList(decoded["contents"])) return readMessages(decoded["contents"], role);
  if (!isList(decoded)) return [readMessage(decoded, role)];
  // A list of parts without a role is one message.
  if (decoded.every((item) => !isMap(item) || item["role"] === undefined)) {
    const parts = decoded.slice(0, mostParts).flatMap(readParts);
    return parts.length === 0 ? [] : [{ role, parts }];
  }
  return decoded.slice(0, mostMessages).map((item) => readMessage(item, role));
}

function readMessage(value: PlainValue, role: string): Message {
  if (!isMap(value)) return { role, parts: readParts(value) };
  const said = value["role"];
  const content = value["parts"] ?? value["content"];
  const calls = value["tool_calls"];
  const parts =
    said === "tool" && typeof content === "string"
      ? [result(value["tool_call_id"] ?? value["id"], content)]
      : content === undefined && calls === undefined
        ? readParts(value)
        : listOf(content).slice(0, mostParts).flatMap(readParts);
  return {
    role: typeof said === "string" && said.length <= 64 ? said : role,
    parts: [...parts, ...listOf(calls).slice(0, mostParts).map(readCall)],
  };
}

function readParts(value: PlainValue): MessagePart[] {
  if (typeof value === "string") return value === "" ? [] : [{ type: "text", text: value }];
  if (!isMap(value)) return value === null ? [] : [{ type: "text", text: written(value) }];
  const type = typeof value["type"] === "string" ? value["type"] : "";
  const call = value["functionCall"] ?? value["function_call"];
  if (isMap(call)) return [readCall(call)];
  const response = value["functionResponse"] ?? value["function_response"];
  if (isMap(response)) return [result(response["id"] ?? response["name"], response["response"])];
  switch (type.replaceAll("-", "_")) {
    case "tool_call":
    case "tool_use":
    case "server_tool_call":
    case "function_call":
      return [readCall(value)];
    case "tool_result":
    case "tool_call_response":
    case "server_tool_call_response":
    case "function_call_output":
      return [
        result(
          value["call_id"] ?? value["tool_use_id"] ?? value["toolCallId"] ?? value["id"],
          value["response"] ?? value["result"] ?? value["output"] ?? value["content"],
        ),
      ];
    case "reasoning":
    case "thinking":
      return text("reasoning", value["content"] ?? value["text"] ?? value["thinking"]);
    case "":
    case "text":
    case "input_text":
    case "output_text":
      return text("text", value["content"] ?? value["text"] ?? (type === "" ? value : undefined));
    default:
      return [{ type: "other", kind: type.slice(0, 64) }];
  }
}

function readCall(value: PlainValue): MessagePart {
  const outer = isMap(value) ? value : {};
  const call = isMap(outer["function"]) ? outer["function"] : outer;
  const given = call["arguments"] ?? call["args"] ?? call["input"] ?? call["parameters"];
  // An item of OpenAI's Responses API has an id of its own beside that of the call.
  const id = outer["call_id"] ?? outer["toolCallId"] ?? outer["id"];
  const name = call["name"] ?? call["toolName"];
  return {
    type: "tool_call",
    ...(typeof id === "string" ? { id } : {}),
    ...(typeof name === "string" ? { name } : {}),
    arguments: given === undefined ? "" : written(given),
  };
}

function result(id: PlainValue | undefined, value: PlainValue | undefined): MessagePart {
  return {
    type: "tool_result",
    ...(typeof id === "string" ? { id } : {}),
    result: value === undefined ? "" : written(value),
  };
}

function text(type: "text" | "reasoning", value: PlainValue | undefined): MessagePart[] {
  return value === undefined || value === "" ? [] : [{ type, text: written(value) }];
}

/** Any value as text to show: strings as they are, the rest as JSON. */
export function written(value: PlainValue): string {
  if (typeof value === "string") return value;
  try {
    return JSON.stringify(value, showable);
  } catch {
    // A stranger's JSON may be nested more deeply than the stack is.
    return "(nested too deeply)";
  }
}

function showable(_key: string, value: unknown): unknown {
  if (typeof value === "bigint") return value.toString();
  return value instanceof Uint8Array ? `(${value.length} bytes)` : value;
}

/** JSON texts become what they hold; other strings stay. */
function decode(value: PlainValue | undefined): PlainValue | undefined {
  if (typeof value !== "string" || value.length > longestJson) return value;
  if (!/^\s*[[{"]/.test(value)) return value;
  try {
    return JSON.parse(value) as PlainValue;
  } catch {
    return value;
  }
}

function listOf(value: PlainValue | undefined): readonly PlainValue[] {
  if (value === undefined || value === null) return [];
  return isList(value) ? value : [value];
}

function isList(value: PlainValue | undefined): value is readonly PlainValue[] {
  return Array.isArray(value);
}

export function isMap(value: PlainValue | undefined): value is PlainMap {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Uint8Array)
  );
}
