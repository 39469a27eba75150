import type { TelemetryRecord } from "../../record/record.ts";
import { currentName } from "../../superseded.ts";
import type { Fact } from "../fact.ts";
import { type Fault, NO_FAULTS, type Rule } from "../rule.ts";

export const c18: Rule = {
  id: "C18",
  title: "Names are current",
  meaning:
    "Renamed attributes and spans are still read, but queries written for today's names miss them.",
  fix: "Rename them as the finding says, or upgrade the instrumentation.",
  level: "improvement",
  record: (record, fact, { glance: { outdated } }) => {
    if (fact.session === undefined && fact.step === undefined) return NO_FAULTS;
    const current = currentNameOf(record, fact);
    if (current === undefined && outdated.length === 0) return NO_FAULTS;
    const faults = outdated.map((renamed) => outOfDate(fact, renamed.what, renamed.current));
    if (current !== undefined)
      faults.push(
        outOfDate(fact, `${record.kind === "span" ? "span name" : "event"} ${fact.name}`, current),
      );
    return faults;
  },
};

function currentNameOf(record: TelemetryRecord, fact: Fact): string | undefined {
  if (record.kind === "log") return currentName.event(record.eventName);
  // Whoever says throughline.step names the step as it likes.
  return fact.ours ? undefined : currentName.span(record.name);
}

function outOfDate(at: Fact, what: string, current: string): Fault {
  return {
    at,
    fault: "mismatched",
    message: `The ${what} is out of date.`,
    fix: `It is called ${current} now.`,
  };
}
