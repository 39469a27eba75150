import { maxTraceBytes, maxTraceSpans } from "../../topology.ts";
import type { Rule } from "../rule.ts";

export const c19: Rule = {
  id: "C19",
  title: "A trace stays below 2,000 spans and 4 MB",
  meaning:
    "Backends cut or refuse traces that are too large; a session of any length stays whole when it opens a segment in time.",
  fix: 'Let the SDK open segments, or give every turn a trace of its own (`traces: "turn"`).',
  level: "improvement",
  trace: ({ sent }) =>
    [...sent.values()]
      .filter(({ bytes, spans }) => spans > maxTraceSpans || bytes > maxTraceBytes)
      .map(({ first }) => ({
        at: first,
        fault: "split",
        message: `One process sent more than ${maxTraceSpans} spans or ${maxTraceBytes / 1e6} MB into one trace: backends cut or refuse it.`,
        fix: "Open a segment (a further trace, linked to the session root) at the limit, or a trace a turn.",
      })),
};
