import { casesOf } from "../rule-cases.ts";
import {
  announced,
  ended,
  home,
  id,
  llm,
  sessionSpan,
  stamped,
  started,
  step,
  trace,
  turn,
} from "../scene.ts";

const agent = step("agent", { spanId: id("7"), name: "invoke_agent researcher" });

casesOf("C11", {
  breaks: [
    {
      name: "qwen-code#4302: a stream abandoned by its reader leaves the turn open",
      records: [started, sessionSpan, announced(turn), llm(), ended],
      fault: "unclosed",
      at: ["invoke_agent support"],
    },
    {
      name: "mastra#22062: agents that never end",
      records: [...home, announced(agent)],
      fault: "unclosed",
      at: ["invoke_agent researcher"],
    },
    {
      name: "logfire#61: a pending span that nothing resolves",
      records: [stamped({ traceId: trace("a"), spanId: id("a"), name: "agent run 1", endNs: 0n })],
      fault: "unclosed",
      at: ["agent run 1"],
    },
    {
      name: "qwen-code#8589: the session that the user was in never ended",
      records: [started, ...home],
      fault: "unclosed",
      level: "information",
      at: ["session.start"],
    },
  ],
  keeps: [
    { name: "announced, then ended", records: [started, announced(turn), ...home, ended] },
    {
      name: "killed, and marked interrupted on the next start",
      records: [
        ...home,
        announced(agent),
        step("agent", {
          spanId: id("7"),
          attributes: { "throughline.outcome": "interrupted" },
        }),
      ],
    },
    {
      name: "sent open, then sent ended",
      records: [...home, { ...agent, endNs: 0n }, agent],
    },
    {
      name: "sent ended, then open from another clock: what has ended stands",
      records: [...home, agent, { ...agent, startNs: agent.startNs - 1_000n, endNs: 0n }],
    },
    { name: "nothing said about start and end", records: home },
  ],
});
