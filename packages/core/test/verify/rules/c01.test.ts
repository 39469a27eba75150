import { ameideProfile } from "@throughline/core";
import { sessionKeyOf } from "@throughline/core/dialects";

import { casesOf } from "../rule-cases.ts";
import {
  home,
  id,
  line,
  llm,
  root,
  session,
  stamped,
  step,
  trace,
  turn,
  without,
} from "../scene.ts";
import { link, log, resource, span } from "../telemetry.ts";

const foreign = resource("codex");

casesOf("C01", {
  breaks: [
    {
      name: "mastra#18875: the session is dropped for child spans",
      records: [...home, without(llm(), "session.id")],
      fault: "missing",
      at: ["chat gpt-5.4"],
    },
    {
      name: "openinference#2651: only spans of the instrumentation itself are stamped, not plain ones beside them",
      records: [
        ...home,
        span({
          traceId: root.traceId,
          spanId: id("5"),
          parentSpanId: id("1"),
          name: "SELECT",
          scope: "pg",
        }),
      ],
      fault: "missing",
      at: ["SELECT"],
    },
    {
      name: "netclaw#920: what a sidecar logs names no session",
      records: [
        ...home,
        step("sidecar", { spanId: id("6") }),
        without(line({ spanId: id("6"), eventName: "title.made" }), "session.id"),
      ],
      fault: "missing",
      at: ["title.made"],
    },
    {
      name: "pi-langfuse#22: only the root has the id, everything else of the trace has not",
      records: [
        stamped({ traceId: trace("a"), spanId: id("a"), name: "agent" }),
        span({ traceId: trace("a"), spanId: id("b"), parentSpanId: id("a"), name: "generation" }),
        log({ traceId: trace("a"), spanId: "", eventName: "generation.done" }),
      ],
      fault: "missing",
      at: ["generation", "generation.done"],
    },
    {
      name: "detached work whose only thread is a link",
      records: [
        ...home,
        span({ traceId: trace("b"), spanId: id("7"), name: "refresh memory", links: [link(turn)] }),
      ],
      fault: "missing",
      at: ["refresh memory"],
    },
    {
      name: "an agent that keys nothing, behind its session's own door",
      records: [
        span({ traceId: trace("c"), spanId: id("8"), name: "run_turn", resource: foreign }),
        log({
          traceId: "",
          spanId: "",
          eventName: "codex.sse_event",
          resource: foreign,
          attributes: {},
        }),
      ],
      door: () => session,
      fault: "missing",
      at: ["run_turn", "codex.sse_event"],
      options: { levels: { C03: "off" } },
    },
    {
      name: "Codex: the session only as conversation.id",
      records: [
        span({
          traceId: trace("d"),
          spanId: id("9"),
          name: "session_task.turn",
          attributes: { "conversation.id": session },
        }),
      ],
      options: { keyOf: sessionKeyOf },
      fault: "missing",
      at: ["session_task.turn"],
      says: /only as conversation.id/,
    },
    {
      name: "a thread's number for an id, on a span that is otherwise no business of ours",
      records: [span({ name: "load thread", attributes: { "session.id": 42 } })],
      fault: "missing",
      at: ["load thread"],
      says: /is no text/,
    },
    {
      name: "a whole prompt for an id",
      records: [...home, line({ attributes: { "session.id": "say hi ".repeat(40) } })],
      fault: "missing",
      at: ["log record"],
      says: /longer than 200 bytes/,
    },
  ],
  keeps: [
    {
      name: "an id that was left empty outside of any session",
      records: [...home, span({ name: "GET /health", attributes: { "session.id": "" } })],
    },
    { name: "our own spans and lines", records: [...home, llm(), line()] },
    {
      name: "Qwen Code 0.24: session.id on every span and log record",
      records: [
        stamped({ traceId: trace("e"), spanId: id("a"), name: "qwen-code.interaction" }),
        stamped({
          traceId: trace("e"),
          spanId: id("b"),
          parentSpanId: id("a"),
          name: "qwen-code.tool",
        }),
        line({ traceId: trace("e"), spanId: id("b"), eventName: "qwen-code.tool_call" }),
      ],
    },
    {
      name: "the names of another profile",
      records: [
        span({ attributes: { "ameide.session_id": session } }),
        log({ attributes: { ameide_session_id: session } }),
      ],
      options: { profile: ameideProfile },
    },
    {
      name: "telemetry that has nothing to do with any session",
      records: [
        span({ traceId: trace("f"), name: "GET /healthz", spanKind: "server" }),
        log({ traceId: "", spanId: "", body: "listening" }),
      ],
    },
    {
      name: "a third party's server below our call: it was given no id to carry",
      records: [
        ...home,
        stamped({
          traceId: root.traceId,
          spanId: id("c"),
          parentSpanId: id("1"),
          name: "POST",
          spanKind: "client",
          attributes: { "server.address": "api.anthropic.com" },
        }),
        span({
          traceId: root.traceId,
          spanId: id("d"),
          parentSpanId: id("c"),
          parentIsRemote: true,
          name: "anthropic.messages.create",
          spanKind: "server",
          resource: resource("claude-platform"),
        }),
      ],
    },
  ],
});
