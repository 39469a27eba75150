import type { Dialect } from "../dialect.ts";

/** Throughline's own spans and events, as CONTRACT names them. */
export const throughline: Dialect = {
  id: "throughline",
  title: "Throughline",
  recognise: { marks: ["throughline.step", "throughline.turn.id"], names: ["throughline.*"] },
  kinds: [
    {
      key: "throughline.step",
      values: {
        session: "session",
        turn: "turn",
        action: "action",
        llm: "llm",
        tool: "tool",
        "tool.execution": "tool.execution",
        "tool.approval": "tool.approval",
        hook: "hook",
        agent: "agent",
        sidecar: "sidecar",
        delegation: "delegation",
      },
    },
  ],
  events: {
    "throughline.span.start": "span.start",
    "throughline.compaction": "compaction",
    "throughline.delegation.start": "delegation",
    "throughline.delegation.progress": "delegation",
    "throughline.delegation.end": "delegation",
    "throughline.delegation.rejected": "delegation",
  },
  fields: {
    turn: ["throughline.turn.id"],
    turnIndex: ["throughline.turn.index"],
    agentRun: ["throughline.agent.run_id"],
    parentRun: ["throughline.agent.parent_run_id"],
    attempt: ["throughline.llm.attempt"],
    outcome: ["throughline.outcome"],
    cost: ["throughline.cost.amount"],
    currency: ["throughline.cost.currency"],
    costSource: ["throughline.cost.source"],
  },
};
