import { casesOf } from "../rule-cases.ts";
import { home, id, line, llm, root, stamped, tool, turn } from "../scene.ts";
import { epoch, map, resource } from "../telemetry.ts";

const messages = { "gen_ai.input.messages": '[{"role":"user","parts":[{"content":"hi"}]}]' };
const declared = (capture?: string) => ({
  resource: resource("support-agent", { "throughline.content.capture": capture }),
});
const key = "sk-proj-abcdefghijklmnopqrstuvwx0123";

casesOf("C14", {
  breaks: [
    {
      name: "qwen-code#11666: request texts are exported although prompts are off",
      records: [...home, llm(messages)],
      fault: "leaking",
      at: ["chat gpt-5.4"],
      says: /gen_ai.input.messages/,
    },
    {
      name: "mellea#1289: tool results captured without asking the gate",
      records: [...home, tool({ "gen_ai.tool.call.result": "42 orders" }, declared("event"))],
      fault: "leaking",
      at: ["execute_tool refund"],
    },
    {
      name: "OpenLLMetry's numbered prompts, with nothing declared",
      records: [...home, llm({ "gen_ai.prompt.0.content": "hi" }, declared())],
      fault: "leaking",
      level: "improvement",
      at: ["chat gpt-5.4"],
    },
    {
      name: "content on an event where only spans may have it",
      records: [
        ...home,
        line({
          eventName: "gen_ai.client.inference.operation.details",
          attributes: messages,
          ...declared("span"),
        }),
      ],
      fault: "leaking",
      at: ["gen_ai.client.inference.operation.details"],
    },
    {
      name: "agentops: track_endpoint exports the Authorization header",
      records: [
        ...home,
        stamped({
          traceId: root.traceId,
          spanId: id("5"),
          parentSpanId: turn.spanId,
          name: "POST /chat",
          attributes: { "http.request.headers": `{"authorization":"Bearer ${key}"}` },
        }),
      ],
      fault: "leaking",
      at: ["POST /chat"],
      says: /http.request.headers.*openai/,
    },
    {
      name: "qwen-code#4097: a key in captured tool arguments, deep inside",
      records: [
        ...home,
        line({
          body: map({ call: map({ args: [key] }) }),
          eventName: "tool_call",
          ...declared("both"),
        }),
      ],
      fault: "leaking",
      at: ["tool_call"],
      says: /the body/,
    },
    {
      name: "Strands 1.x: the message in an event of the span",
      records: [
        ...home,
        {
          ...llm(),
          events: [
            {
              name: "gen_ai.choice",
              timeNs: epoch,
              attributes: map({ message: "I refunded it." }),
            },
          ],
        },
      ],
      options: { levels: { C18: "off" } },
      fault: "leaking",
      at: ["chat gpt-5.4"],
      says: /the event gen_ai.choice: message/,
    },
    {
      name: "a token in the resource",
      records: [
        {
          ...turn,
          parentSpanId: "",
          name: "run",
          resource: resource("cli", { "process.command_args": `--key ${key}` }),
        },
      ],
      options: { levels: { C06: "off" } },
      fault: "leaking",
      at: ["run"],
      says: /the resource: process.command_args/,
    },
    {
      name: "a key among the arguments that every process detector sends as a list",
      records: [
        {
          ...turn,
          parentSpanId: "",
          name: "run",
          resource: resource("cli", { "process.command_args": ["agent", "--key", key] }),
        },
      ],
      options: { levels: { C06: "off" } },
      fault: "leaking",
      at: ["run"],
      says: /the resource: process.command_args/,
    },
    {
      name: "a key in the scope's attributes",
      records: [
        ...home,
        { ...llm(), scope: { name: "client", version: "", attributes: map({ auth: key }) } },
      ],
      fault: "leaking",
      at: ["chat gpt-5.4"],
      says: /the scope: auth/,
    },
    {
      name: "a key in the name of an event",
      records: [
        ...home,
        {
          ...llm(),
          events: [{ name: `retry with ${key}`, timeNs: epoch, attributes: map() }],
        },
      ],
      fault: "leaking",
      at: ["chat gpt-5.4"],
      says: /an event's name/,
    },
    {
      name: "a key in a span's name, which the finding does not tell",
      records: [...home, llm({}, { name: `chat ${key}` })],
      fault: "leaking",
      at: ["chat [masked:openai]"],
      says: /the span's name/,
    },
  ],
  keeps: [
    { name: "content off and none there", records: [...home, llm(), tool()] },
    {
      name: "content off, and what held it is left empty",
      records: [...home, llm({ "gen_ai.input.messages": "[]", "gen_ai.output.messages": "" })],
    },
    { name: "declared for spans", records: [...home, llm(messages, declared("span"))] },
    { name: "declared for both", records: [...home, llm(messages, declared("both"))] },
    {
      name: "arguments as size and hash",
      records: [
        ...home,
        tool({
          "throughline.tool.arguments.size": 2048,
          "throughline.tool.arguments.sha256": "9f86d081884c7d65",
        }),
      ],
    },
    {
      name: "what was masked has no shape left",
      records: [...home, line({ body: "using [masked:openai] for the call" })],
    },
  ],
});
