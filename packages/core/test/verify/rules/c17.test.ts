import { casesOf } from "../rule-cases.ts";
import {
  ended,
  home,
  id,
  lateBy,
  line,
  llm,
  root,
  sessionSpan,
  stamped,
  started,
  tool,
  turn,
} from "../scene.ts";
import { epoch, resource } from "../telemetry.ts";

casesOf("C17", {
  breaks: [
    {
      name: "qwen-code#4417: durations from clocks that do not belong together",
      records: [...home, llm({}, { endNs: epoch - 1n })],
      fault: "mismatched",
      at: ["chat gpt-5.4"],
      says: /ends before it starts/,
    },
    {
      name: "a step dated back to before its turn",
      records: [...home, tool({}, { startNs: lateBy(-2), endNs: lateBy(3) })],
      fault: "mismatched",
      at: ["execute_tool refund"],
      says: /before its parent/,
    },
    {
      name: "milliseconds where nanoseconds belong",
      records: [...home, llm({}, { startNs: epoch / 1_000_000n, endNs: epoch / 1_000_000n + 40n })],
      fault: "mismatched",
      at: ["chat gpt-5.4"],
    },
    {
      name: "work before the session started",
      records: [
        { ...started, timeNs: lateBy(10) },
        { ...sessionSpan, startNs: lateBy(10), endNs: lateBy(11) },
        { ...turn, startNs: lateBy(10), endNs: lateBy(11) },
        stamped({
          traceId: root.traceId,
          spanId: id("5"),
          parentSpanId: id("1"),
          parentIsRemote: true,
          name: "GET /orders",
          resource: resource("orders"),
        }),
        ended,
      ],
      fault: "mismatched",
      at: ["GET /orders"],
      says: /before its session/,
    },
  ],
  keeps: [
    {
      name: "children after their root has ended: it is short",
      records: [sessionSpan, { ...turn, startNs: lateBy(60), endNs: lateBy(90) }],
    },
    {
      name: "half a second of skew",
      records: [...home, tool({}, { startNs: epoch - 500_000_000n })],
    },
    {
      name: "a remote parent's clock",
      records: [
        { ...sessionSpan },
        { ...turn, startNs: lateBy(5), endNs: lateBy(9) },
        stamped({
          traceId: root.traceId,
          spanId: id("5"),
          parentSpanId: id("1"),
          parentIsRemote: true,
          resource: resource("orders"),
        }),
      ],
    },
    { name: "an instant", records: [started, ...home, llm({}, { endNs: epoch }), line(), ended] },
  ],
});
