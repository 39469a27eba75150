import { casesOf } from "../rule-cases.ts";
import {
  home,
  id,
  line,
  llm,
  root,
  sessionSpan,
  stamped,
  step,
  tool,
  turn,
  without,
} from "../scene.ts";
import { map } from "../telemetry.ts";

const usage = { "gen_ai.usage.input_tokens": 812, "gen_ai.usage.output_tokens": 96 };
const wrapper = stamped({
  traceId: root.traceId,
  spanId: id("5"),
  parentSpanId: turn.spanId,
  name: "ai.generateText",
  attributes: usage,
});

casesOf("C16", {
  breaks: [
    {
      name: "traceroot#1610: wrapper and child both carry usage",
      records: [...home, wrapper, llm({}, { parentSpanId: id("5") })],
      fault: "double counted",
      level: "improvement",
      at: ["ai.generateText"],
    },
    {
      name: "agentops#987: the agent library's model call around the provider's",
      records: [
        ...home,
        llm({}, { spanId: id("6"), name: "chat outer" }),
        llm({}, { parentSpanId: id("6") }),
      ],
      fault: "double counted",
      level: "improvement",
      at: ["chat outer"],
    },
    {
      name: "inngest#4399: the turn adds up what its calls report",
      records: [sessionSpan, { ...turn, attributes: map({ ...turn.attributes, ...usage }) }, llm()],
      fault: "double counted",
      level: "improvement",
      at: ["invoke_agent support"],
    },
    {
      name: "two instrumentations side by side tell one response twice",
      records: [
        ...home,
        llm({ "gen_ai.response.id": "resp_1" }),
        llm({ "gen_ai.response.id": "resp_1" }, { spanId: id("7") }),
      ],
      fault: "double counted",
      at: ["chat gpt-5.4"],
      says: /one response/,
    },
    {
      name: "cost on a tool",
      records: [...home, tool({ "throughline.cost.amount": 0.02 })],
      fault: "double counted",
      at: ["execute_tool refund"],
    },
  ],
  keeps: [
    { name: "on the calls alone", records: [...home, llm(), llm({}, { spanId: id("8") })] },
    {
      name: "each attempt for itself",
      records: [
        ...home,
        without(
          llm({ "throughline.outcome": "error", "error.type": "429" }, { status: "error" }),
          "gen_ai.usage.input_tokens",
          "gen_ai.usage.output_tokens",
        ),
        llm({ "throughline.llm.attempt": 2 }, { spanId: id("8") }),
      ],
    },
    {
      name: "Claude Code: the log event of a call repeats its usage, which readers ignore",
      records: [...home, llm(), line({ eventName: "api_request", attributes: usage })],
    },
    {
      name: "the same span exported twice",
      records: [...home, llm({ "gen_ai.response.id": "r" }), llm({ "gen_ai.response.id": "r" })],
    },
    { name: "no usage anywhere", records: [...home, step("hook", { spanId: id("9") })] },
  ],
});
