import { currentName } from "../../superseded.ts";
import { type Fault, NO_FAULTS, type Rule } from "../rule.ts";

export const c18: Rule = {
  id: "C18",
  title: "Names are current",
  level: "improvement",
  record: (record, fact) => {
    if (fact.session === undefined && fact.step === undefined) return NO_FAULTS;
    let faults: Fault[] | undefined;
    const say = (kind: string, name: string, current: string): void => {
      faults ??= [];
      faults.push({
        at: fact,
        fault: "mismatched",
        message: `The ${kind} ${name} is out of date.`,
        fix: `It is called ${current} now.`,
      });
    };
    const current =
      record.kind === "span" ? currentName.span(record.name) : currentName.event(record.eventName);
    if (current !== undefined)
      say(record.kind === "span" ? "span name" : "event", fact.name, current);
    for (const key in record.attributes) {
      const replacement = currentName.attribute(key);
      if (replacement !== undefined) say("attribute", key, replacement);
    }
    if (record.kind === "log" && record.attributes["event.name"] !== undefined)
      say("attribute", "event.name", "the log record's own EventName field");
    return faults ?? NO_FAULTS;
  },
};
