import { readContent, type Message, type MessagePart } from "@throughline/core/dialects";
import { attr } from "@throughline/core";
import type { PlainMap, PlainValue } from "@throughline/core/record";

/**
 * Messages in the shape of the GenAI conventions, from whatever a provider's API calls messages. The reading is the one that
 * stores and pages use, so that both ends agree.
 */
export function messagesOf(
  value: unknown,
  role: "user" | "assistant",
): readonly object[] | undefined {
  const key = role === "user" ? attr.genAiInputMessages : attr.genAiOutputMessages;
  const attributes: PlainMap = Object.assign(Object.create(null) as PlainMap, {
    [key]: plain(value),
  });
  const content = readContent({
    kind: "span",
    traceId: "",
    spanId: "",
    parentSpanId: "",
    parentIsRemote: undefined,
    name: "",
    spanKind: "client",
    startNs: 0n,
    endNs: 0n,
    status: { code: "unset", message: "" },
    attributes,
    events: [],
    links: [],
    resource: { attributes: {} },
    scope: { name: "", version: "", attributes: {} },
  });
  const messages = role === "user" ? content?.input : content?.output;
  return messages?.map(messageOf);
}

/** It came as JSON or is about to become JSON. */
function plain(value: unknown): PlainValue {
  return (value === undefined ? null : value) as PlainValue;
}

function messageOf({ role, parts }: Message): object {
  return { role, parts: parts.map(partOf) };
}

function partOf(part: MessagePart): object {
  switch (part.type) {
    case "text":
    case "reasoning":
      return { type: part.type, content: part.text };
    case "tool_call":
      return { type: "tool_call", id: part.id, name: part.name, arguments: parsed(part.arguments) };
    case "tool_result":
      return { type: "tool_call_response", id: part.id, response: parsed(part.result) };
    default:
      return { type: part.kind };
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
