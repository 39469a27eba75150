import type { SessionFacts } from "./session-facts.ts";
import type { Settings } from "./settings.ts";

/** What a trace must ask beyond its own records. */
export interface World {
  readonly settings: Settings;
  /** The name of the session that an id means. */
  canonical(session: string): string;
  session(session: string): SessionFacts | undefined;
  /** The known session whose derived trace this is. */
  derivedFrom(traceId: string): string | undefined;
  /** The session that a link's target belongs to. */
  sessionAt(target: string): string | undefined;
  /** Whether an end or a rejection was seen for a delegation. */
  delegationClosed(id: string): boolean;
}
