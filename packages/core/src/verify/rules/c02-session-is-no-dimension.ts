import { logFields } from "../../names.ts";
import { blame, NO_FAULTS, type Rule } from "../rule.ts";
import { sessionNames } from "../settings.ts";

export const c02: Rule = {
  id: "C02",
  title: "session.id is no resource attribute, no metric attribute and no stream label",
  meaning:
    "As a resource attribute, a metric attribute or a stream label the id makes a time series or a stream a session: costs grow without end, and a process with two sessions gives both the first one's id.",
  fix: "Stamp it on spans and log records; drop it from resources and metrics with a view or in the collector; keep it in Loki as structured metadata.",
  level: "violation",
  record: (_, fact) => {
    const name = fact.emitter.sessionName;
    return name === undefined
      ? NO_FAULTS
      : [
          {
            at: blame(fact, `resource attribute ${name}`, ""),
            fault: "leaking",
            message: `${name} stands on the resource: every metric of the process becomes a series a session, and a second session in the process gets the first one's id.`,
            fix: `Take ${name} out of the resource (also out of OTEL_RESOURCE_ATTRIBUTES) and stamp it on spans and log records.`,
          },
        ];
  },
  series: (series, { profile }) => {
    const names = new Set([...sessionNames(profile), logFields.sessionId, "ameide_session_id"]);
    const key = series.keys.find((each) => names.has(each));
    if (key === undefined) return NO_FAULTS;
    const { name, scope, service } = series;
    const at = { service, scope, traceId: "", spanId: "", recordId: "", code: null };
    return series.kind === "metric"
      ? [
          {
            at: { ...at, name },
            fault: "leaking",
            message: `The metric has ${key} as an attribute: one series a session, for ever.`,
            fix: `Drop ${key} with a view or in the collector; count sessions from spans, or link to them with exemplars.`,
          },
        ]
      : [
          {
            at: { ...at, name: `label ${key}` },
            fault: "leaking",
            message: `${key} is a stream label: one stream a session, which Loki's index does not survive.`,
            fix: `Keep ${key} as structured metadata or as a field of the line; query it with | ${logFields.sessionId}="…".`,
          },
        ];
  },
};
