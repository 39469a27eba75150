import { describe, expect, it } from "vitest";
import { readContent } from "@throughline/core/dialects";
import { log, span } from "./build.ts";

const call = { "gen_ai.operation.name": "chat" };
const said = (text: string): object => ({ type: "text", text });

/** One question, one call of a tool with its result, one answer: the same conversation in the shapes it is captured in. */
const conversation = [
  { role: "user", parts: [said("weather?")] },
  {
    role: "assistant",
    parts: [{ type: "tool_call", id: "c1", name: "weather", arguments: '{"city":"Bern"}' }],
  },
  { role: "tool", parts: [{ type: "tool_result", id: "c1", result: "sunny" }] },
];

describe("messages in", () => {
  it.each<[string, object]>([
    [
      "GenAI parts",
      [
        { role: "user", parts: [{ type: "text", content: "weather?" }] },
        {
          role: "assistant",
          parts: [{ type: "tool_call", id: "c1", name: "weather", arguments: { city: "Bern" } }],
        },
        { role: "tool", parts: [{ type: "tool_call_response", id: "c1", response: "sunny" }] },
      ],
    ],
    [
      "OpenAI's shape",
      [
        { role: "user", content: "weather?" },
        {
          role: "assistant",
          content: null,
          tool_calls: [
            {
              id: "c1",
              type: "function",
              function: { name: "weather", arguments: '{"city":"Bern"}' },
            },
          ],
        },
        { role: "tool", tool_call_id: "c1", content: "sunny" },
      ],
    ],
    [
      "items of OpenAI's Responses API, which have ids of their own",
      [
        { role: "user", content: [{ type: "input_text", text: "weather?" }] },
        {
          role: "assistant",
          content: [
            {
              type: "function_call",
              id: "fc_1",
              call_id: "c1",
              name: "weather",
              arguments: '{"city":"Bern"}',
            },
          ],
        },
        {
          role: "tool",
          content: [{ type: "function_call_output", id: "fco_1", call_id: "c1", output: "sunny" }],
        },
      ],
    ],
    [
      "Anthropic's shape",
      {
        messages: [
          { role: "user", content: [{ type: "text", text: "weather?" }] },
          {
            role: "assistant",
            content: [{ type: "tool_use", id: "c1", name: "weather", input: { city: "Bern" } }],
          },
          { role: "tool", content: [{ type: "tool_result", tool_use_id: "c1", content: "sunny" }] },
        ],
      },
    ],
    [
      "the Vercel AI SDK's shape",
      [
        { role: "user", content: [{ type: "text", text: "weather?" }] },
        {
          role: "assistant",
          content: [
            { type: "tool-call", toolCallId: "c1", toolName: "weather", input: { city: "Bern" } },
          ],
        },
        {
          role: "tool",
          content: [
            { type: "tool-result", toolCallId: "c1", toolName: "weather", output: "sunny" },
          ],
        },
      ],
    ],
    [
      "Gemini's contents",
      {
        contents: [
          { role: "user", parts: [{ text: "weather?" }] },
          {
            role: "assistant",
            parts: [{ functionCall: { id: "c1", name: "weather", args: { city: "Bern" } } }],
          },
          { role: "tool", parts: [{ functionResponse: { id: "c1", response: "sunny" } }] },
        ],
      },
    ],
  ])("%s, as JSON", (_shape, messages) => {
    const record = span("chat", { ...call, "gen_ai.input.messages": JSON.stringify(messages) });
    expect(readContent(record)).toEqual({ input: conversation });
  });

  it("OpenLLMetry's numbered keys", () => {
    const record = span("openai.chat", {
      "llm.request.type": "chat",
      "gen_ai.prompt.0.role": "user",
      "gen_ai.prompt.0.content": "weather?",
      "gen_ai.prompt.1.role": "assistant",
      "gen_ai.prompt.1.tool_calls.0.id": "c1",
      "gen_ai.prompt.1.tool_calls.0.name": "weather",
      "gen_ai.prompt.1.tool_calls.0.arguments": '{"city":"Bern"}',
      "gen_ai.prompt.10.role": "tool",
      "gen_ai.prompt.10.tool_call_id": "c1",
      "gen_ai.prompt.10.content": "sunny",
      "gen_ai.completion.0.role": "assistant",
      "gen_ai.completion.0.content": "It is sunny.",
    });
    expect(readContent(record)).toEqual({
      input: conversation,
      output: [{ role: "assistant", parts: [said("It is sunny.")] }],
    });
  });

  it("OpenInference's numbered keys, before the raw value", () => {
    const record = span("ChatOpenAI", {
      "openinference.span.kind": "LLM",
      "input.value": '{"raw": true}',
      "llm.input_messages.0.message.role": "user",
      "llm.input_messages.0.message.contents.0.message_content.type": "text",
      "llm.input_messages.0.message.contents.0.message_content.text": "weather?",
      "llm.input_messages.1.message.role": "assistant",
      "llm.input_messages.1.message.tool_calls.0.tool_call.id": "c1",
      "llm.input_messages.1.message.tool_calls.0.tool_call.function.name": "weather",
      "llm.input_messages.1.message.tool_calls.0.tool_call.function.arguments": '{"city":"Bern"}',
      "llm.input_messages.2.message.role": "tool",
      "llm.input_messages.2.message.tool_call_id": "c1",
      "llm.input_messages.2.message.content": "sunny",
    });
    expect(readContent(record)).toEqual({ input: conversation });
  });

  it("one event a message, as Semantic Kernel sends them", () => {
    const events = [
      log("gen_ai.user.message", {}, { body: { content: "weather?" } }),
      log("gen_ai.tool.message", {}, { body: { id: "c1", content: "sunny", role: "tool" } }),
      log(
        "gen_ai.choice",
        {},
        {
          body: { index: 0, message: { role: "assistant", content: "It is sunny." } },
        },
      ),
    ];
    expect(events.map(readContent)).toEqual([
      { input: [conversation[0]] },
      { input: [conversation[2]] },
      { output: [{ role: "assistant", parts: [said("It is sunny.")] }] },
    ]);
  });

  it("an event of the span, as Strands sends them", () => {
    const record = span("chat", call, {
      scope: "strands-agents",
      events: [
        {
          name: "gen_ai.client.inference.operation.details",
          timeNs: 1n,
          attributes: {
            "gen_ai.output.messages":
              '[{"role":"assistant","parts":[{"type":"reasoning","content":"hm"},{"type":"blob","mime_type":"image/png"}]}]',
          },
        },
      ],
    });
    expect(readContent(record)).toEqual({
      output: [
        {
          role: "assistant",
          parts: [
            { type: "reasoning", text: "hm" },
            { type: "other", kind: "blob" },
          ],
        },
      ],
    });
  });

  it("values that are structured already, and plain texts", () => {
    const record = span("chat", {
      ...call,
      "gen_ai.system_instructions": [{ type: "text", content: "Be brief." }],
      "gen_ai.input.messages": "weather?",
    });
    expect(readContent(record)).toEqual({
      system: [{ role: "system", parts: [said("Be brief.")] }],
      input: [{ role: "user", parts: [said("weather?")] }],
    });
  });
});

describe("a tool's content", () => {
  it("stands under the same keys as an agent's messages", () => {
    const keys = { "input.value": '{"city":"Bern"}', "output.value": "sunny" };
    const tool = span("weather", { "openinference.span.kind": "TOOL", ...keys });
    const agent = span("weather", { "openinference.span.kind": "AGENT", ...keys });
    expect(readContent(tool)).toEqual({ toolArguments: '{"city":"Bern"}', toolResult: "sunny" });
    expect(Object.keys(readContent(agent) ?? {})).toEqual(["input", "output"]);
  });

  it("is written as JSON when it was structured", () => {
    const record = span("execute_tool weather", {
      "gen_ai.operation.name": "execute_tool",
      "gen_ai.tool.call.arguments": { city: "Bern", id: 2n ** 60n, photo: new Uint8Array(3) },
    });
    expect(readContent(record)).toEqual({
      toolArguments: '{"city":"Bern","id":"1152921504606846976","photo":"(3 bytes)"}',
    });
  });
});

it("nothing captured is nothing read", () => {
  expect(readContent(span("chat", call))).toBeUndefined();
  expect(readContent(log("", {}, { body: "listening on 8080" }))).toBeUndefined();
});
