import { sessionNames } from "../settings.ts";
import type { Rule } from "../rule.ts";

export const c01: Rule = {
  id: "C01",
  title: "Every span and log record of a session carries session.id",
  meaning:
    "What does not carry the id is not found when somebody asks for the session. Spans and log records that inherit it from a parent, share its trace, came in through its door or are linked to it are shown all the same, and are findings.",
  fix: "Install the session span processor and the session log processor in the providers the service really uses, and start work in its session's context: `session()`, `resume()`, `s.run`, `s.bind`.",
  level: "violation",
  place: (fact, trace) => {
    const what = fact.kind === "span" ? "span" : "log record";
    if (fact.session !== undefined) {
      const { profile } = trace.world.settings;
      if (fact.sessionSource === undefined || sessionNames(profile).has(fact.sessionSource))
        return undefined;
      // A copy on the resource is C02's to report, with the way out.
      if (fact.sessionSource.startsWith("resource:")) return undefined;
      return {
        at: fact,
        fault: "missing",
        message: `This ${what} names its session only as ${fact.sessionSource}; nobody who asks for session.id finds it.`,
        fix: `Set session.id as well, or copy ${fact.sessionSource} to it in a processor or in the collector.`,
      };
    }
    if (fact.refused !== undefined)
      return {
        at: fact,
        fault: "missing",
        message: `The session.id of this ${what} ${fact.refused}: nobody takes it up.`,
        fix: "Set session.id to a text of 1 to 200 bytes without control characters: of a number its digits, of what is longer a hash.",
      };
    const { membership } = trace.belongingOf(fact);
    // Among records of several sessions nobody can tell whose it is; what belongs nowhere near one is C12's.
    if (membership === "none" && (trace.home !== null || fact.step === undefined)) return undefined;
    // What hangs below a server that did not take the session up is cured there (C20); nobody owes an id to strangers.
    if ((fact.standing?.cut ?? trace.parentOf(fact)?.standing?.cut) !== undefined) return undefined;
    return {
      at: fact,
      fault: "missing",
      message:
        membership === "none"
          ? `This ${what} stands among records of several sessions, and nothing says whose it is.`
          : `This ${what} belongs to a session and does not carry session.id.`,
      fix:
        fact.kind === "span"
          ? "Install the session span processor in the tracer provider that makes this span, and start it in the session's context (s.run or s.bind for work that lost it)."
          : "Put the session log processor before the batching one, and emit in the session's context (s.bind for callbacks, timers and pools).",
    };
  },
};
