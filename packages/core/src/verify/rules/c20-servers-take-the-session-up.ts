import type { Rule } from "../rule.ts";

export const c20: Rule = {
  id: "C20",
  title: "A server span takes up the session of its trusted caller",
  meaning:
    "Baggage carries the session from service to service; a server that does not take it up ends the thread at its door.",
  fix: "Configure the W3C propagators `tracecontext` and `baggage`, and install the session span processor in every service.",
  level: "violation",
  place: (fact, trace) => {
    // Cut here, not somewhere above.
    if (fact.kind === "log" || fact.standing?.cut !== "unread") return undefined;
    const parent = trace.parentOf(fact);
    if (parent?.session === undefined) return undefined;
    return {
      at: fact,
      fault: "missing",
      message:
        "The caller's span carries a session and this one, which answers it, does not: the thread ends at the door of this service.",
      fix: "Extract W3C baggage (composite propagator: tracecontext and baggage) and install the session span processor, which reads session.id from it.",
    };
  },
};
