import { attr, eventNames } from "../../names.ts";
import { stepKinds } from "../../vocabulary.ts";
import type { Dialect } from "../dialect.ts";

/** Throughline's own spans and events. */
export const throughline: Dialect = {
  id: "throughline",
  title: "Throughline",
  recognise: { marks: [attr.step, attr.turnId], names: ["throughline.*"] },
  kinds: [{ key: attr.step, values: Object.fromEntries(stepKinds.map((kind) => [kind, kind])) }],
  events: {
    [eventNames.spanStart]: "span.start",
    [eventNames.compaction]: "compaction",
    [eventNames.delegationStart]: "delegation",
    [eventNames.delegationProgress]: "delegation",
    [eventNames.delegationEnd]: "delegation",
    [eventNames.delegationRejected]: "delegation",
  },
  fields: {
    turn: [attr.turnId],
    turnIndex: [attr.turnIndex],
    agentRun: [attr.agentRunId],
    parentRun: [attr.agentParentRunId],
    attempt: [attr.llmAttempt],
    outcome: [attr.outcome],
    decision: [attr.approvalDecision],
    cost: [attr.costAmount],
    currency: [attr.costCurrency],
    costSource: [attr.costSource],
  },
};
