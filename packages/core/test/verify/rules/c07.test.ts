import { casesOf } from "../rule-cases.ts";
import { home, id, llm, ofOther, root, sessionSpan, stamped, step, trace, turn } from "../scene.ts";
import { link, type span } from "../telemetry.ts";

const interaction = (letter: string, name = "claude_code.interaction") =>
  stamped({ traceId: trace(letter), spanId: id(letter), name });
const apart = (letter: string, links: Parameters<typeof span>[0]["links"]) =>
  step("turn", {
    traceId: trace(letter),
    spanId: id(letter),
    parentSpanId: "",
    links: links ?? [],
  });

casesOf("C07", {
  breaks: [
    {
      name: "Claude Code 2.1: one trace a turn, and nothing joins two turns but an attribute",
      records: [interaction("a"), interaction("b")],
      fault: "split",
      at: ["claude_code.interaction"],
    },
    {
      name: "qwen-code#4661: one trace a prompt, no links",
      records: [
        interaction("a", "qwen-code.interaction"),
        interaction("b", "qwen-code.interaction"),
        interaction("c", "qwen-code.llm_request"),
      ],
      fault: "split",
      at: ["qwen-code.interaction", "qwen-code.llm_request"],
    },
    {
      name: "Gemini CLI: three traces for one turn",
      records: ["user_prompt", "llm_call", "tool_call"].map((name, n) =>
        interaction(["a", "b", "c"][n] ?? "d", name),
      ),
      fault: "split",
      at: ["user_prompt", "llm_call", "tool_call"],
    },
    {
      name: "a turn linked to the turn before it, and to nothing else",
      records: [
        sessionSpan,
        apart("a", [link(root, "session")]),
        apart("b", [link({ traceId: trace("a"), spanId: id("a") }, "previous")]),
      ],
      fault: "split",
      at: ["turn"],
    },
    {
      name: "work that leaves the session's trace on ROOT_CONTEXT",
      records: [...home, interaction("a", "background refresh")],
      fault: "split",
      at: ["background refresh"],
    },
  ],
  keeps: [
    { name: "all in one trace", records: [...home, llm()] },
    { name: "one trace of somebody who never heard of roots", records: [interaction("a")] },
    {
      name: "a trace a turn, each linked to the root",
      records: [
        sessionSpan,
        apart("a", [link(root, "session")]),
        apart("b", [link(root, "session")]),
      ],
    },
    {
      name: "the request a turn came in with, linked by the turn",
      records: [
        sessionSpan,
        { ...turn, links: [link({ traceId: trace("a"), spanId: id("a") }, "ingress")] },
        interaction("a", "POST /events"),
      ],
    },
    {
      name: "two sessions, one trace each",
      records: [interaction("a"), ofOther(interaction("b"))],
    },
  ],
});
