import type { CodeLocation } from "../code-location.ts";

/** What of a record an inventory looks at: a store need not have more of it. */
export interface Emission {
  readonly kind: "span" | "log";
  readonly service: string;
  readonly scope: string;
  /** The span's name, or the event's; empty for a plain log line. */
  readonly name: string;
  /** What the record stands for in an agent's work, if for anything. */
  readonly step: string | null;
  /** Whether it carries its session itself. */
  readonly hasSession: boolean;
  readonly attributes: { readonly [key: string]: unknown };
}

/** The context fields whose presence is counted. */
export const contextFields = ["channel", "turn", "agent", "model", "provider"] as const;
export type ContextField = (typeof contextFields)[number];

/** A place in somebody's code that emits telemetry, and how well what it emits is tagged. */
export interface Site {
  readonly kind: "span" | "log";
  readonly service: string;
  readonly scope: string;
  readonly name: string;
  /** Where it stands in the code, when its emitter says so. */
  readonly code: CodeLocation | null;
  readonly step: string | null;
  readonly count: number;
  readonly with_session: number;
  /** How many of its records have a field of this kind. */
  readonly fields: Readonly<Record<ContextField, number>>;
}

export type Tagging = "tagged" | "partly" | "untagged";

export function taggingOf({ count, with_session }: Site): Tagging {
  return with_session === count ? "tagged" : with_session === 0 ? "untagged" : "partly";
}

/** What to do about a place whose records lack the session; undefined where none do. */
export function remedyFor(site: Site): string | undefined {
  if (taggingOf(site) === "tagged") return undefined;
  if (site.kind === "log")
    return "Put the session log processor before the batching one, and emit in the session's context (s.bind for callbacks and timers).";
  return site.step === null
    ? "Install the session span processor in the provider that makes this span; start it in the session's context (s.run) if it is a session's work."
    : `Open a session around this ${site.step} (session, or resume with the id at hand), or hand the session on with s.bind.`;
}
