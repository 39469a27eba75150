import {
  isObject,
  modelOf,
  objects,
  offer,
  sendEvents,
  sendJson,
  usage,
  type Answer,
  type JsonObject,
  type Protocol,
} from "./protocol.ts";

const tokens = {
  prompt_tokens: usage.input,
  prompt_tokens_details: { cached_tokens: usage.cached },
  completion_tokens: usage.output,
  total_tokens: usage.input + usage.output,
};

/** Chat completions, plain and streamed; the last chunk of a stream holds the usage. */
export const openaiChat: Protocol = {
  path: /\/chat\/completions$/,

  offers(asked) {
    return objects(asked.tools).flatMap(({ function: tool }) =>
      isObject(tool) ? offer(tool.name, tool.parameters) : [],
    );
  },

  holdsResult(asked) {
    return objects(asked.messages).some(({ role }) => role === "tool");
  },

  send(response, asked, answer) {
    const message = { role: "assistant", ...messageOf(answer) };
    const finish = answer.call === undefined ? "stop" : "tool_calls";
    const head = {
      id: `chatcmpl-fake-${answer.number}`,
      created: 1_767_225_600,
      model: modelOf(asked),
    };
    if (asked.stream !== true) {
      sendJson(response, {
        ...head,
        object: "chat.completion",
        choices: [{ index: 0, message, finish_reason: finish }],
        usage: tokens,
      });
      return;
    }
    const chunk = (choices: JsonObject[], rest: JsonObject = {}): { data: JsonObject } => ({
      data: { ...head, object: "chat.completion.chunk", choices, ...rest },
    });
    sendEvents(response, [
      chunk([{ index: 0, delta: message, finish_reason: null }]),
      chunk([{ index: 0, delta: {}, finish_reason: finish }]),
      chunk([], { usage: tokens }),
      { data: "[DONE]" },
    ]);
  },
};

function messageOf({ call, number, text }: Answer): JsonObject {
  if (call === undefined) return { content: text };
  const tool = {
    index: 0,
    id: `call_fake_${number}`,
    type: "function",
    function: { name: call.name, arguments: JSON.stringify(call.arguments) },
  };
  return { content: null, tool_calls: [tool] };
}
