import { casesOf } from "../rule-cases.ts";
import {
  announced,
  home,
  id,
  line,
  llm,
  root,
  sessionSpan,
  stamped,
  step,
  tool,
  trace,
  turn,
} from "../scene.ts";
import { link, resource } from "../telemetry.ts";

casesOf("C05", {
  breaks: [
    {
      name: "qwen-code#4499: turns below a session root that is never exported",
      records: [turn],
      fault: "orphan",
      at: ["invoke_agent support"],
      says: /phantom/,
    },
    {
      name: "vercel/ai#20586: the root span of a failed stream is never ended",
      records: [
        stamped({
          traceId: trace("a"),
          spanId: id("a"),
          parentSpanId: id("b"),
          name: "ai.streamText.step",
        }),
      ],
      fault: "orphan",
      at: ["ai.streamText.step"],
    },
    {
      name: "mastra#18306: a follow-up turn names a parent of the last process",
      records: [sessionSpan, { ...llm(), parentSpanId: id("e") }],
      fault: "orphan",
      at: ["chat gpt-5.4"],
    },
    {
      name: "vercel/eve#679: lines point at a span that was dropped",
      records: [...home, line({ spanId: id("d"), eventName: "tool.output" })],
      fault: "orphan",
      at: ["tool.output"],
    },
    {
      name: "mlflow#20513: the caller's half of a distributed trace is missing",
      records: [
        stamped({
          traceId: trace("b"),
          spanId: id("a"),
          parentSpanId: id("b"),
          parentIsRemote: true,
          name: "POST /chat",
          spanKind: "server",
        }),
      ],
      fault: "orphan",
      level: "improvement",
      at: ["POST /chat"],
    },
    {
      name: "the same from an SDK that sends no flags yet: whoever serves was called from elsewhere",
      records: [
        stamped({
          traceId: trace("b"),
          spanId: id("a"),
          parentSpanId: id("b"),
          name: "orders process",
          spanKind: "consumer",
        }),
      ],
      fault: "orphan",
      level: "improvement",
      at: ["orders process"],
    },
    {
      name: "a server's span whose flags say that its parent was here",
      records: [
        stamped({
          traceId: trace("b"),
          spanId: id("a"),
          parentSpanId: id("b"),
          parentIsRemote: false,
          name: "POST /chat",
          spanKind: "server",
        }),
      ],
      fault: "orphan",
      at: ["POST /chat"],
    },
    {
      name: "a trace a turn, linked to a root that never came",
      records: [
        step("turn", {
          traceId: trace("c"),
          spanId: id("1"),
          parentSpanId: "",
          links: [link(root, "session")],
        }),
      ],
      fault: "orphan",
      level: "improvement",
      at: ["turn"],
    },
  ],
  keeps: [
    { name: "a child before its parent", records: [tool(), llm(), turn, sessionSpan] },
    {
      name: "a root told by each process that opened the session",
      records: [sessionSpan, ...home, { ...sessionSpan, resource: resource("worker") }],
    },
    {
      name: "a remote parent that came",
      records: [
        ...home,
        stamped({
          traceId: root.traceId,
          spanId: id("4"),
          parentSpanId: id("1"),
          parentIsRemote: true,
          spanKind: "server",
          resource: resource("orders"),
        }),
      ],
    },
    {
      name: "the children of a turn that is still under way are no orphans: C11 speaks of the turn",
      records: [sessionSpan, announced(turn), llm(), tool()],
      options: { levels: { C11: "off" } },
    },
  ],
});
