import { randomBytes } from "node:crypto";

import { Refusal } from "./refusal.ts";

/** What nobody foresaw becomes `internal`: the cause goes to our own output under a reference, never to the stranger. */
export function asRefusal(error: unknown, report: (line: string) => void): Refusal {
  if (error instanceof Refusal) return error;
  const reference = randomBytes(4).toString("hex");
  const cause = error instanceof Error ? (error.stack ?? error.message) : String(error);
  report(`internal error ${reference}: ${cause}`);
  return new Refusal("internal", `Reference ${reference}.`);
}
