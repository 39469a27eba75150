import { NO_FAULTS, type Rule } from "../rule.ts";

export const c03: Rule = {
  id: "C03",
  title: "A session's log record carries trace id and span id",
  meaning:
    "A log record without trace and span id is known to be of the session and of nothing in it: nobody can tell which step it speaks of.",
  fix: "Emit it in the context of the step it is about, and outside of any step in the session root's: `s.run`, `s.log`, `s.bind` for callbacks.",
  level: "violation",
  log: (log, fact) => {
    if (fact.session === undefined && fact.door === undefined) return NO_FAULTS;
    if (log.traceId !== "" && log.spanId !== "") return NO_FAULTS;
    const missing =
      log.traceId === "" && log.spanId === ""
        ? "neither trace id nor span id"
        : log.traceId === ""
          ? "no trace id"
          : "no span id";
    return [
      {
        at: fact,
        fault: "missing",
        message: `This log record of a session has ${missing}: nobody can tell which step it speaks of.`,
        fix: "Emit it in the context of the step it is about; outside any step in that of the session's root (s.run, s.log).",
      },
    ];
  },
};
