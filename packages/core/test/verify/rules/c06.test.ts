import { casesOf } from "../rule-cases.ts";
import { home, id, llm, root, segment, sessionSpan, stamped, step, trace, turn } from "../scene.ts";
import { link } from "../telemetry.ts";

const request = stamped({
  traceId: root.traceId,
  spanId: id("a"),
  parentSpanId: root.spanId,
  name: "POST /events",
  spanKind: "server",
});

casesOf("C06", {
  breaks: [
    {
      name: "qwen-code#4486: the turn starts below an unrelated active span",
      records: [sessionSpan, request, { ...turn, parentSpanId: request.spanId }],
      fault: "mismatched",
      at: ["invoke_agent support"],
      says: /happened to be active/,
    },
    {
      name: "opensre#6250: a turn inside a turn",
      records: [...home, step("turn", { spanId: id("5"), name: "invoke_agent nested" })],
      fault: "mismatched",
      at: ["invoke_agent nested"],
    },
    {
      name: "a turn beside the root instead of below it",
      records: [sessionSpan, { ...turn, parentSpanId: "" }],
      fault: "mismatched",
      at: ["invoke_agent support"],
      says: /beside/,
    },
    {
      name: "a session root below the request that opened it",
      records: [
        { ...request, parentSpanId: "" },
        { ...sessionSpan, parentSpanId: request.spanId },
        turn,
      ],
      fault: "mismatched",
      at: ["session support"],
    },
  ],
  keeps: [
    { name: "a turn below the session root", records: home },
    {
      name: "a turn below a segment's root",
      records: [
        sessionSpan,
        step("session", { ...segment, links: [link(root, "session"), link(root, "previous")] }),
        { ...turn, traceId: segment.traceId, parentSpanId: segment.spanId },
      ],
    },
    {
      name: "a trace a turn: no parent, linked, the request kept as ingress",
      records: [
        sessionSpan,
        { ...request, traceId: trace("b"), parentSpanId: "" },
        {
          ...turn,
          traceId: trace("a"),
          parentSpanId: "",
          links: [link(root, "session"), link({ traceId: trace("b"), spanId: id("a") }, "ingress")],
        },
        llm({}, { traceId: trace("a") }),
      ],
    },
    {
      name: "Claude Code 2.1 below the span of who called it: no step of ours",
      records: [
        stamped({ traceId: trace("c"), spanId: id("a"), name: "spawn agent" }),
        stamped({
          traceId: trace("c"),
          spanId: id("b"),
          parentSpanId: id("a"),
          name: "claude_code.interaction",
          attributes: { "gen_ai.operation.name": "invoke_agent" },
        }),
      ],
    },
  ],
});
