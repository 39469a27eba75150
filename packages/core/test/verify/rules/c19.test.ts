import type { SpanRecord } from "@throughline/core/record";

import { casesOf } from "../rule-cases.ts";
import { home, llm, root, stamped, tool, turn } from "../scene.ts";
import { resource } from "../telemetry.ts";

/** `count` small spans of one process below the turn. */
function many(count: number, from = "support-agent"): SpanRecord[] {
  const process = resource(from);
  return Array.from({ length: count }, (_, n) =>
    stamped({
      traceId: root.traceId,
      spanId: `${from.length.toString(16).padStart(4, "0")}${n.toString(16).padStart(12, "0")}`,
      parentSpanId: turn.spanId,
      name: "fs.read_file",
      resource: process,
    }),
  );
}

casesOf("C19", {
  breaks: [
    {
      name: "qwen-code#4661: a session that is one giant trace",
      records: [...home, ...many(2_000)],
      fault: "split",
      level: "improvement",
      at: ["session support"],
    },
    {
      name: "tempo#7064: few spans, but megabytes of them",
      records: [
        ...home,
        ...Array.from({ length: 50 }, (_, n) =>
          tool(
            { "app.page": "a word and more of them. ".repeat(4_000) },
            { spanId: String(n).padStart(16, "7") },
          ),
        ),
      ],
      fault: "split",
      level: "improvement",
      at: ["session support"],
    },
    {
      name: "one service of several sends too much",
      records: [...home, ...many(2_001, "indexer")],
      fault: "split",
      level: "improvement",
      at: ["fs.read_file"],
    },
  ],
  keeps: [
    { name: "2,000 spans", records: [...home, ...many(1_998)] },
    {
      name: "two processes that each keep to it",
      records: [...home, ...many(1_500), ...many(1_500, "indexer")],
    },
    {
      name: "a long answer",
      records: [...home, llm({ "app.note": "a word. ".repeat(40_000) })],
    },
  ],
});
