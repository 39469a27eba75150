import { casesOf } from "../rule-cases.ts";
import { home, line, root, started, ended } from "../scene.ts";
import { log } from "../telemetry.ts";

casesOf("C03", {
  breaks: [
    {
      name: "Qwen Code 0.24: what is logged outside the interaction joins no trace",
      records: [line({ traceId: "", spanId: "", eventName: "qwen-code.config" })],
      fault: "missing",
      at: ["qwen-code.config"],
      says: /neither trace id nor span id/,
    },
    {
      name: "Qwen Code 0.15: no trace id on any record",
      records: [line({ traceId: "", eventName: "qwen-code.api_request" })],
      fault: "missing",
      at: ["qwen-code.api_request"],
      says: /no trace id/,
    },
    {
      name: "netclaw#1467: a failure outside the span it happened in",
      records: [...home, line({ spanId: "", eventName: "subagent.spawn_failed" })],
      fault: "missing",
      at: ["subagent.spawn_failed"],
      says: /no span id/,
    },
  ],
  keeps: [
    { name: "a line on its step", records: [...home, line()] },
    { name: "outside any step: the root's ids", records: [started, ...home, line(root), ended] },
    {
      name: "a line of no session",
      records: [log({ traceId: "", spanId: "", body: "listening on 4318" })],
    },
  ],
});
