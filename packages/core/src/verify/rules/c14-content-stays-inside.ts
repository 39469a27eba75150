import { attr } from "../../names.ts";
import type { PlainMap, PlainValue, TelemetryRecord } from "../../record/record.ts";
import { currentName } from "../../superseded.ts";
import { isContentKey } from "../content-keys.ts";
import type { Fact } from "../fact.ts";
import type { Level } from "../finding.ts";
import { type Fault, NO_FAULTS, type Rule } from "../rule.ts";

export const c14: Rule = {
  id: "C14",
  title: "No message content while capture is off, and never a secret",
  level: "violation",
  record: (record, fact, { secretsIn }) => {
    const faults: Fault[] = [];
    const content = contentLevel(record, fact);
    const look = (attributes: PlainMap, events: string): void => {
      for (const key in attributes) {
        const value = attributes[key];
        if (value === undefined) continue;
        if (content !== undefined && isContentKey(key) && !isEmpty(value))
          faults.push(contentFault(fact, content, `${events}${key}`));
        if (typeof value !== "number" && typeof value !== "boolean")
          tell(`${events}${key}`, secretIn(value, secretsIn, 0));
      }
    };
    const tell = (where: string, secret: string | undefined): void => {
      if (secret !== undefined) faults.push(secretFault(fact, where, secret));
    };
    look(record.attributes, "");
    tell("the resource", fact.emitter.secret);
    if (record.kind === "span") {
      tell("the span's name", secretsIn(record.name)[0]);
      if (record.status.message !== "") tell("the status", secretsIn(record.status.message)[0]);
      for (const event of record.events) look(event.attributes, `the event ${event.name}: `);
      for (const link of record.links) look(link.attributes, "a link: ");
    } else {
      tell("the body", secretIn(record.body, secretsIn, 0));
      if (
        content !== undefined &&
        currentName.event(record.eventName) !== undefined &&
        !isEmpty(record.body)
      )
        faults.push(contentFault(fact, content, "the body"));
    }
    return faults.length === 0 ? NO_FAULTS : faults;
  },
};

/** How bad content is on this record; undefined where it may stand. */
function contentLevel(record: TelemetryRecord, { emitter }: Fact): Level | undefined {
  const { capture } = emitter;
  if (capture === undefined) return "improvement";
  if (capture === "both") return undefined;
  return capture === (record.kind === "span" ? "span" : "event") ? undefined : "violation";
}

function contentFault(at: Fact, level: Level, where: string): Fault {
  return level === "violation"
    ? {
        at,
        fault: "leaking",
        level,
        message: `Message content stands in ${where}, and the resource says that it is not captured there.`,
        fix: `Gate this attribute with the emitter's content switch, or declare what is captured in ${attr.contentCapture}.`,
      }
    : {
        at,
        fault: "leaking",
        level,
        message: `Message content stands in ${where}, and the resource does not say that it is captured.`,
        fix: `Declare ${attr.contentCapture} (off, span, event, both) on the resource, or switch the content off.`,
      };
}

function secretFault(at: Fact, where: string, secret: string): Fault {
  return {
    at,
    fault: "leaking",
    message: `A value in ${where} has the shape of a secret (${secret}).`,
    fix: "Revoke it, keep it out of prompts, arguments and messages, and let the redaction mask what cannot be kept out.",
  };
}

function isEmpty(value: PlainValue): boolean {
  return value === null || value === "" || (Array.isArray(value) && value.length === 0);
}

const DEEPEST = 16;

function secretIn(
  value: PlainValue,
  secretsIn: (text: string) => readonly string[],
  depth: number,
): string | undefined {
  if (typeof value === "string") return secretsIn(value)[0];
  if (typeof value !== "object" || value === null || value instanceof Uint8Array || depth > DEEPEST)
    return undefined;
  for (const part of Object.values<PlainValue>(value)) {
    const found = secretIn(part, secretsIn, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}
