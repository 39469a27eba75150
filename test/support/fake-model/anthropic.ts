import {
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

/** Anthropic counts cached tokens apart from the input. */
const tokens = {
  input_tokens: usage.input - usage.cached,
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: usage.cached,
};

/** The messages API, plain and streamed, and its token counter. */
export const anthropicMessages: Protocol = {
  path: /\/messages(\/count_tokens)?$/,

  offers(asked) {
    return objects(asked.tools).flatMap(({ input_schema, name }) => offer(name, input_schema));
  },

  holdsResult(asked) {
    return objects(asked.messages).some(({ content }) =>
      objects(content).some(({ type }) => type === "tool_result"),
    );
  },

  send(response, asked, answer, path) {
    if (path.endsWith("/count_tokens")) {
      sendJson(response, { input_tokens: usage.input });
      return;
    }
    response.setHeader("request-id", `req_fake_${answer.number}`);
    const message = {
      id: `msg_fake_${answer.number}`,
      type: "message",
      role: "assistant",
      model: modelOf(asked),
    };
    const block = blockOf(answer);
    const stop = answer.call === undefined ? "end_turn" : "tool_use";
    if (asked.stream !== true) {
      sendJson(response, {
        ...message,
        content: [block],
        stop_reason: stop,
        stop_sequence: null,
        usage: { ...tokens, output_tokens: usage.output },
      });
      return;
    }
    const { call, text } = answer;
    const started = call === undefined ? { ...block, text: "" } : { ...block, input: {} };
    const delta =
      call === undefined
        ? { type: "text_delta", text }
        : { type: "input_json_delta", partial_json: JSON.stringify(call.arguments) };
    const events: JsonObject[] = [
      {
        type: "message_start",
        message: {
          ...message,
          content: [],
          stop_reason: null,
          stop_sequence: null,
          usage: { ...tokens, output_tokens: 1 },
        },
      },
      { type: "content_block_start", index: 0, content_block: started },
      { type: "content_block_delta", index: 0, delta },
      { type: "content_block_stop", index: 0 },
      {
        type: "message_delta",
        delta: { stop_reason: stop, stop_sequence: null },
        usage: { ...tokens, output_tokens: usage.output },
      },
      { type: "message_stop" },
    ];
    sendEvents(
      response,
      events.map((data) => ({ name: String(data.type), data })),
    );
  },
};

function blockOf({ call, number, text }: Answer): JsonObject {
  return call === undefined
    ? { type: "text", text }
    : { type: "tool_use", id: `toolu_fake_${number}`, name: call.name, input: call.arguments };
}
