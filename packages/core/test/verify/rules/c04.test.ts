import { casesOf } from "../rule-cases.ts";
import {
  ended,
  home,
  id,
  line,
  llm,
  ofOther,
  other,
  otherRoot,
  root,
  session,
  sessionSpan,
  stamped,
  started,
  step,
  tool,
  trace,
  turn,
} from "../scene.ts";
import { link, resource, span } from "../telemetry.ts";

const remote = resource("partner");
const server = span({
  traceId: root.traceId,
  spanId: id("8"),
  parentSpanId: id("1"),
  parentIsRemote: true,
  name: "POST /a2a",
  spanKind: "server",
  resource: remote,
  attributes: { "session.id": other },
});
const otherTurn = step("turn", {
  traceId: otherRoot.traceId,
  spanId: id("9"),
  parentSpanId: otherRoot.spanId,
  attributes: { "session.id": other },
  links: [link(server, "ingress")],
});
const otherSession = [ofOther({ ...sessionSpan, ...otherRoot }), otherTurn];

casesOf("C04", {
  breaks: [
    {
      name: "openinference#3775: an instrumentation writes the framework's own id over the caller's",
      records: [...home, ofOther(llm())],
      fault: "clobbered",
      at: ["chat gpt-5.4"],
    },
    {
      name: "openinference#3198: the same on a span that is nobody's step, between two that have it right",
      records: [
        ...home,
        ofOther(
          stamped({
            traceId: root.traceId,
            spanId: id("5"),
            parentSpanId: id("1"),
            name: "ChatOpenAI",
          }),
        ),
        llm({}, { parentSpanId: id("5") }),
      ],
      fault: "clobbered",
      at: ["ChatOpenAI"],
    },
    {
      name: "OpenHands#4365: a sub-agent brings another session's id into its parent's trace",
      records: [
        stamped({ traceId: trace("a"), spanId: id("a"), name: "conversation" }),
        ofOther(
          stamped({
            traceId: trace("a"),
            spanId: id("b"),
            parentSpanId: id("a"),
            name: "sub-agent",
          }),
        ),
        ofOther(
          stamped({
            traceId: trace("a"),
            spanId: id("c"),
            parentSpanId: id("b"),
            name: "completion",
          }),
        ),
      ],
      fault: "mismatched",
      at: ["sub-agent"],
    },
    {
      name: "a turn whose id was overwritten, above steps that agree on another",
      records: [
        ofOther(
          step("turn", {
            traceId: trace("b"),
            spanId: id("1"),
            parentSpanId: "",
            links: [link(root, "session")],
          }),
        ),
        llm({}, { traceId: trace("b") }),
        tool({}, { traceId: trace("b") }),
        sessionSpan,
      ],
      fault: "clobbered",
      at: ["turn"],
    },
    {
      name: "qwen-code#4058: lines with the old session's id after /clear",
      records: [...home, ofOther(line({ eventName: "user_prompt" }))],
      fault: "mismatched",
      at: ["user_prompt"],
    },
    {
      name: "a server that opens a session of its own and does not link its caller",
      records: [...home, server, ...otherSession],
      fault: "mismatched",
      at: ["POST /a2a"],
      says: /without a link/,
    },
  ],
  keeps: [
    {
      name: "one session from top to bottom",
      records: [started, ...home, llm(), tool(), line(), ended],
    },
    {
      name: "a server that opens a session of its own and links its caller",
      records: [...home, { ...server, links: [link(turn)] }, ...otherSession],
    },
    {
      name: "qwen-code#8415: the same UUID in capitals",
      records: [...home, llm({ "session.id": session.toUpperCase() })],
    },
    {
      name: "an id that the agent minted behind the session's own door",
      records: [
        stamped({
          traceId: trace("c"),
          spanId: id("a"),
          name: "run",
          attributes: { "session.id": "run-7" },
        }),
        stamped({
          traceId: trace("c"),
          spanId: id("b"),
          parentSpanId: id("a"),
          name: "codex",
          attributes: { "session.id": "thread-1" },
        }),
      ],
      door: () => "run-7",
    },
  ],
});
