import { casesOf } from "../rule-cases.ts";
import { home, id, llm, root, stamped, tool, turn, without } from "../scene.ts";

const failed = { status: "error" } as const;
const http = (attributes: Record<string, string>, status: "error" | "unset") =>
  stamped({
    traceId: root.traceId,
    spanId: id("5"),
    parentSpanId: turn.spanId,
    name: "POST",
    spanKind: "client",
    attributes,
    status,
  });

casesOf("C10", {
  breaks: [
    {
      name: "qwen-code#4212: a cancelled call is an error",
      records: [
        ...home,
        llm({ "throughline.outcome": "cancelled", "error.type": "AbortError" }, failed),
      ],
      fault: "mismatched",
      at: ["chat gpt-5.4"],
      says: /cancelled/,
    },
    {
      name: "agentops: the end of the stream writes OK over ERROR",
      records: [...home, llm({ "throughline.outcome": "error" }, { status: "ok" })],
      fault: "mismatched",
      at: ["chat gpt-5.4"],
      says: /outcome is error/,
    },
    {
      name: "mellea#1289: success by truthiness",
      records: [...home, tool({ "error.type": "ToolError" }, failed)],
      fault: "mismatched",
      at: ["execute_tool refund"],
      says: /ERROR and the outcome is ok/,
    },
    {
      name: "a failure that nobody can count by kind",
      records: [...home, tool({ "throughline.outcome": "error" }, failed)],
      fault: "missing",
      at: ["execute_tool refund"],
      says: /error.type is missing/,
    },
    {
      name: "a step without an outcome",
      records: [...home, without(tool(), "throughline.outcome")],
      fault: "missing",
      at: ["execute_tool refund"],
    },
    {
      name: "somebody else's failure without a type",
      records: [...home, http({}, "error")],
      fault: "missing",
      level: "improvement",
      at: ["POST"],
    },
  ],
  keeps: [
    {
      name: "cancelled and unset",
      records: [...home, tool({ "throughline.outcome": "cancelled" })],
    },
    {
      name: "failed, with a type",
      records: [
        ...home,
        tool({ "throughline.outcome": "error", "error.type": "timeout" }, failed),
        http({ "error.type": "500" }, "error"),
      ],
    },
    {
      name: "interrupted, marked by the next start",
      records: [...home, tool({ "throughline.outcome": "interrupted" })],
    },
    { name: "a root has no outcome", records: home },
  ],
});
