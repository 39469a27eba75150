import { casesOf } from "../rule-cases.ts";
import { home, id, llm, stamped, trace, without } from "../scene.ts";

casesOf("C08", {
  breaks: [
    {
      name: "mellea#1035: no provider",
      records: [...home, without(llm(), "gen_ai.provider.name")],
      fault: "missing",
      at: ["chat gpt-5.4"],
      says: /no gen_ai.provider.name\./,
    },
    {
      name: "mellea#1036: neither operation nor model",
      records: [...home, without(llm(), "gen_ai.operation.name", "gen_ai.request.model")],
      fault: "missing",
      at: ["chat gpt-5.4"],
      says: /no gen_ai.operation.name and no gen_ai.request.model/,
    },
    {
      name: "a stream that was not asked for usage",
      records: [...home, without(llm(), "gen_ai.usage.input_tokens", "gen_ai.usage.output_tokens")],
      fault: "missing",
      level: "improvement",
      at: ["chat gpt-5.4"],
      says: /token usage/,
    },
    {
      name: "two calls inside each other, of which neither was asked for usage: only the inner one owes it",
      records: [
        ...home,
        ...[
          llm({}, { spanId: id("6"), name: "chat outer" }),
          llm({}, { parentSpanId: id("6") }),
        ].map((call) => without(call, "gen_ai.usage.input_tokens", "gen_ai.usage.output_tokens")),
      ],
      fault: "missing",
      level: "improvement",
      at: ["chat gpt-5.4"],
    },
    {
      name: "somebody else's model call without a model",
      records: [
        stamped({
          traceId: trace("a"),
          spanId: id("a"),
          name: "chat",
          attributes: {
            "gen_ai.operation.name": "chat",
            "gen_ai.provider.name": "openai",
            "gen_ai.usage.input_tokens": 3,
          },
        }),
      ],
      fault: "missing",
      at: ["chat"],
    },
  ],
  keeps: [
    { name: "a call that says it all", records: [...home, llm()] },
    {
      name: "a call that failed owes no usage",
      records: [
        ...home,
        without(
          llm({ "throughline.outcome": "error", "error.type": "timeout" }, { status: "error" }),
          "gen_ai.usage.input_tokens",
          "gen_ai.usage.output_tokens",
        ),
      ],
    },
    {
      name: "nor does a cancelled one",
      records: [
        ...home,
        without(
          llm({ "throughline.outcome": "cancelled" }),
          "gen_ai.usage.input_tokens",
          "gen_ai.usage.output_tokens",
        ),
      ],
    },
    {
      name: "agentops#987: the agent library's call around the provider's, which alone reports usage (C16)",
      records: [
        ...home,
        without(
          llm({}, { spanId: id("6"), name: "chat outer" }),
          "gen_ai.usage.input_tokens",
          "gen_ai.usage.output_tokens",
        ),
        llm({}, { parentSpanId: id("6") }),
      ],
    },
    {
      name: "OpenLLMetry: the provider by its old name (which is C18's)",
      records: [...home, without(llm({ "gen_ai.system": "openai" }), "gen_ai.provider.name")],
      options: { levels: { C18: "off" } },
    },
  ],
});
