import { casesOf } from "../rule-cases.ts";
import { home, id, line, llm, root, stamped, step, turn, without } from "../scene.ts";
import { epoch, map, span } from "../telemetry.ts";

casesOf("C18", {
  breaks: [
    {
      name: "OpenLLMetry: gen_ai.system and prompt_tokens",
      records: [
        ...home,
        without(
          llm({ "gen_ai.system": "openai", "gen_ai.usage.prompt_tokens": 3 }),
          "gen_ai.provider.name",
          "gen_ai.usage.input_tokens",
          "gen_ai.usage.output_tokens",
        ),
      ],
      fault: "mismatched",
      level: "improvement",
      at: ["chat gpt-5.4"],
    },
    {
      name: "semantic-conventions-genai#440: cache_creation is cache_write now",
      records: [...home, llm({ "gen_ai.usage.cache_creation.input_tokens": 20 })],
      fault: "mismatched",
      level: "improvement",
      at: ["chat gpt-5.4"],
      says: /cache_creation/,
    },
    {
      name: "Claude Code 2.1: the event's name as an attribute",
      records: [
        ...home,
        line({ eventName: "api_request", attributes: { "event.name": "api_request" } }),
      ],
      fault: "mismatched",
      level: "improvement",
      at: ["api_request"],
      says: /event.name/,
    },
    {
      name: "Agent Framework: an event for every message",
      records: [...home, line({ eventName: "gen_ai.choice", body: null })],
      fault: "mismatched",
      level: "improvement",
      at: ["gen_ai.choice"],
    },
    {
      name: "Strands 1.x: an event of the span for every message",
      records: [
        ...home,
        { ...llm(), events: [{ name: "gen_ai.user.message", timeNs: epoch, attributes: map() }] },
      ],
      fault: "mismatched",
      level: "improvement",
      at: ["chat gpt-5.4"],
      says: /event gen_ai.user.message/,
    },
    {
      name: "Pydantic AI before version 3: running tool",
      records: [
        ...home,
        stamped({
          traceId: root.traceId,
          spanId: id("5"),
          parentSpanId: turn.spanId,
          name: "running tool",
        }),
      ],
      fault: "mismatched",
      level: "improvement",
      at: ["running tool"],
      says: /span name/,
    },
  ],
  keeps: [
    {
      name: "a step of one's own that happens to be called like an old span",
      records: [...home, step("action", { spanId: id("5"), name: "agent run" })],
    },
    { name: "current names", records: [...home, llm()] },
    {
      name: "names of one's own",
      records: [...home, llm({ "myapp.customer.tier": "gold", "qwen-code.prompt_id": "p1" })],
    },
    {
      name: "old names on records that are no business of ours",
      records: [span({ name: "running tool", attributes: { "gen_ai.prompt": "" } })],
    },
  ],
});
