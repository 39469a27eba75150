import { casesOf } from "../rule-cases.ts";
import { home, id, llm, ofOther, otherRoot, root, sessionSpan, step, trace } from "../scene.ts";
import { link } from "../telemetry.ts";

const otherHome = ofOther({ ...sessionSpan, ...otherRoot });

casesOf("C15", {
  breaks: [
    {
      name: "qwen-code#4058: after /clear the new session still starts in the old one's trace",
      records: [...home, ofOther(step("action", { spanId: id("5"), parentSpanId: "" })), otherHome],
      fault: "mismatched",
      at: ["action"],
    },
    {
      name: "qwen-code#5047: a deferred span below a parent that never came, in a stale session's trace",
      records: [...home, ofOther(llm({}, { parentSpanId: id("e") })), otherHome],
      fault: "mismatched",
      at: ["chat gpt-5.4"],
    },
    {
      name: "a root with the right ids and another session's name",
      records: [ofOther(sessionSpan), home[1] ?? sessionSpan, llm(), otherHome],
      fault: "mismatched",
      at: ["session support"],
    },
  ],
  keeps: [
    { name: "each in its own", records: [...home, otherHome] },
    {
      name: "a further trace of the session",
      records: [
        sessionSpan,
        step("turn", {
          traceId: trace("a"),
          spanId: id("1"),
          parentSpanId: "",
          links: [link(root, "session")],
        }),
      ],
    },
    {
      name: "a trace that nobody's id gives",
      records: [ofOther(step("turn", { traceId: trace("a"), spanId: id("1"), parentSpanId: "" }))],
    },
  ],
});
