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

/** The responses API, plain and streamed. */
export const openaiResponses: Protocol = {
  path: /\/responses$/,

  offers(asked) {
    return objects(asked.tools).flatMap(({ name, parameters }) => offer(name, parameters));
  },

  holdsResult(asked) {
    return objects(asked.input).some(
      ({ type }) => typeof type === "string" && type.endsWith("_call_output"),
    );
  },

  send(response, asked, answer) {
    const id = `resp_fake_${answer.number}`;
    const item = itemOf(answer);
    const started = { id, object: "response", created_at: 1_767_225_600, model: modelOf(asked) };
    const completed = {
      ...started,
      status: "completed",
      output: [item],
      usage: {
        input_tokens: usage.input,
        input_tokens_details: { cached_tokens: usage.cached },
        output_tokens: usage.output,
        output_tokens_details: { reasoning_tokens: 0 },
        total_tokens: usage.input + usage.output,
      },
    };
    if (asked.stream !== true) {
      sendJson(response, completed);
      return;
    }
    const events: [string, JsonObject][] = [
      ["response.created", { response: { ...started, status: "in_progress", output: [] } }],
      ["response.output_item.added", { output_index: 0, item: { ...item, status: "in_progress" } }],
      ["response.output_item.done", { output_index: 0, item }],
      ["response.completed", { response: completed }],
    ];
    sendEvents(
      response,
      events.map(([name, data], sequence) => ({
        name,
        data: { type: name, sequence_number: sequence, ...data },
      })),
    );
  },
};

function itemOf({ call, number, text }: Answer): JsonObject {
  if (call === undefined) {
    return {
      id: `msg_fake_${number}`,
      type: "message",
      role: "assistant",
      status: "completed",
      content: [{ type: "output_text", text, annotations: [] }],
    };
  }
  return {
    id: `fc_fake_${number}`,
    type: "function_call",
    status: "completed",
    call_id: `call_fake_${number}`,
    name: call.name,
    arguments: JSON.stringify(call.arguments),
  };
}
