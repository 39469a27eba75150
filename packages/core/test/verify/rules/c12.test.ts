import { casesOf } from "../rule-cases.ts";
import {
  home,
  id,
  llm,
  ofOther,
  otherRoot,
  root,
  sessionSpan,
  stamped,
  step,
  trace,
  turn,
  without,
} from "../scene.ts";
import { link, span } from "../telemetry.ts";

const call = { traceId: trace("a"), spanId: id("a"), parentSpanId: "" };
const below = { spanId: id("6"), name: "sidecar title" };

casesOf("C12", {
  breaks: [
    {
      name: "netclaw#915: a new call site that forgot the session",
      records: [without(llm({}, call), "session.id")],
      fault: "missing",
      at: ["chat gpt-5.4"],
    },
    {
      name: "qwen-code#4602: the daemon's path skips the session, 60 of 60 spans",
      records: ["invoke_agent", "execute_tool"].map((operation, n) =>
        span({
          traceId: trace("b"),
          spanId: id(String(n + 1)),
          parentSpanId: n === 0 ? "" : id("1"),
          name: operation,
          attributes: {
            "gen_ai.operation.name": operation,
            "gen_ai.tool.name": "ls",
            "gen_ai.tool.call.id": "c1",
          },
        }),
      ),
      fault: "missing",
      at: ["invoke_agent", "execute_tool"],
    },
    {
      name: "netclaw#926: a title made on a timer, nobody's",
      records: [...home, without(step("sidecar", { ...below, ...call }), "session.id")],
      fault: "missing",
      at: ["sidecar title"],
    },
    {
      name: "qwen-code#4410: a fork that outlives its parent hangs below it",
      records: [...home, step("sidecar", { ...below, links: [link(turn, "invoker")] })],
      fault: "mismatched",
      at: ["sidecar title"],
    },
    {
      name: "detached work of a turn that does not say who started it",
      records: [...home, step("sidecar", { ...below, parentSpanId: root.spanId })],
      fault: "missing",
      at: ["sidecar title"],
    },
    {
      name: "a step in the session's trace that hangs on nothing",
      records: [...home, step("hook", { ...below, parentSpanId: "" })],
      fault: "mismatched",
      at: ["sidecar title"],
    },
  ],
  keeps: [
    { name: "an awaited sidecar", records: [...home, step("sidecar", below)] },
    {
      name: "a detached one: child of the root, linked to its invoker",
      records: [
        ...home,
        step("sidecar", { ...below, parentSpanId: root.spanId, links: [link(turn, "invoker")] }),
      ],
    },
    {
      name: "one of the session itself, outside any turn",
      records: [
        ...home,
        step("sidecar", {
          ...below,
          parentSpanId: root.spanId,
          attributes: { "throughline.turn.id": undefined },
        }),
      ],
    },
    {
      name: "requests and queries of no session",
      records: [
        span({ name: "GET /", spanKind: "server" }),
        ofOther({ ...sessionSpan, ...otherRoot }),
      ],
    },
    {
      name: "a model call that carries its session alone",
      records: [stamped({ ...call, name: "embeddings", attributes: llm().attributes })],
      options: { levels: { C10: "off", C07: "off" } },
    },
  ],
});
