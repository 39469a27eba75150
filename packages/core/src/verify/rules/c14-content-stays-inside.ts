import { attr } from "../../names.ts";
import type { Fact } from "../fact.ts";
import type { Level } from "../finding.ts";
import type { Leak } from "../glance.ts";
import { type Fault, NO_FAULTS, type Rule } from "../rule.ts";

export const c14: Rule = {
  id: "C14",
  title: "No message content while capture is off, and never a secret",
  meaning:
    "Messages may stand in telemetry only where the resource says that they are captured there, and what has the shape of a secret nowhere.",
  fix: "Gate content with the emitter's switch, declare `throughline.content.capture` on the resource, and revoke what leaked.",
  level: "violation",
  record: (_, fact, { glance: { content, secrets } }) => {
    const shared = fact.emitter.secrets;
    const level = content.length === 0 ? undefined : contentLevel(fact);
    if (level === undefined && secrets.length === 0 && shared.length === 0) return NO_FAULTS;
    const faults = [...secrets, ...shared].map((leak) => secretFault(fact, leak));
    if (level !== undefined)
      for (const where of content) faults.push(contentFault(fact, level, where));
    return faults;
  },
};

/** How bad content is on this record; undefined where it may stand. */
function contentLevel({ emitter, kind }: Fact): Level | undefined {
  const { capture } = emitter;
  if (capture === undefined) return "improvement";
  if (capture === "both") return undefined;
  return capture === (kind === "span" ? "span" : "event") ? undefined : "violation";
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

function secretFault(at: Fact, { shape, where }: Leak): Fault {
  return {
    at,
    fault: "leaking",
    message: `A value in ${where} has the shape of a secret (${shape}).`,
    fix: "Revoke it, keep it out of prompts, arguments and messages, and let the redaction mask what cannot be kept out.",
  };
}
