import { casesOf } from "../rule-cases.ts";
import { home, id, stamped, step, tool, trace, without } from "../scene.ts";

casesOf("C09", {
  breaks: [
    {
      name: "agent-trace#150: calls told apart by the tool's name alone",
      records: [
        ...home,
        without(tool(), "gen_ai.tool.call.id"),
        without(tool({}, { spanId: id("4") }), "gen_ai.tool.call.id"),
      ],
      fault: "missing",
      at: ["execute_tool refund"],
      says: /no gen_ai.tool.call.id:/,
    },
    {
      name: "a tool without a name",
      records: [...home, without(tool(), "gen_ai.tool.name")],
      fault: "missing",
      at: ["execute_tool refund"],
      says: /no gen_ai.tool.name:/,
    },
    {
      name: "somebody else's execute_tool span with neither",
      records: [
        stamped({
          traceId: trace("a"),
          name: "execute_tool",
          attributes: { "gen_ai.operation.name": "execute_tool" },
        }),
      ],
      fault: "missing",
      at: ["execute_tool"],
      says: /no gen_ai.tool.name and no gen_ai.tool.call.id/,
    },
  ],
  keeps: [
    { name: "a tool call that says which", records: [...home, tool()] },
    {
      name: "Gemini CLI's spelling of the call id",
      records: [...home, without(tool({ "gen_ai.tool.call_id": "c1" }), "gen_ai.tool.call.id")],
    },
    {
      name: "approval and execution: their tool says it",
      records: [
        ...home,
        tool(),
        step("tool.approval", { spanId: id("5"), parentSpanId: id("3") }),
        step("tool.execution", { spanId: id("6"), parentSpanId: id("3") }),
      ],
    },
  ],
});
