import { parseSessionId } from "@throughline/core";
import {
  type FindingCounts,
  type Pricer,
  type Session,
  sessionOf,
  stateOf,
  summarise,
} from "@throughline/core/session";
import { settleTurns } from "../embedded/read/turns.ts";
import { type Engines, Fetched } from "./fetch.ts";
import { gatherSession } from "./gather.ts";
import { place, type Placed } from "./held.ts";
import type { Window } from "./window.ts";

/** One session as the engines show it now. */
export interface SessionLook {
  readonly id: string;
  readonly session: Session;
  /** By start. */
  readonly places: readonly Placed[];
  readonly turns: readonly Placed[];
  /** Whether nobody is at its unfinished work any more. */
  readonly over: boolean;
  /** Whether what is missing will hardly come any more. */
  readonly settled: boolean;
  readonly partial: string | undefined;
}

export interface Looking {
  readonly engines: Engines;
  readonly price: Pricer;
  readonly silenceMs: number;
  /** What the last verification found in a session. */
  readonly findings: ReadonlyMap<string, FindingCounts>;
}

export async function lookAt(
  { engines, findings, price, silenceMs }: Looking,
  reference: string,
  window: Window,
  signal?: AbortSignal,
): Promise<SessionLook | undefined> {
  const asked = parseSessionId(reference, "carrier").id;
  if (asked === undefined) return undefined;
  const fetched = new Fetched(engines, window, signal);
  await gatherSession(fetched, engines, asked);
  const placement = place(fetched.held, engines.profile);
  const [id = asked, ...aliases] = placement.aliases(asked);
  const places = placement.places.filter(({ session }) => session === id);
  if (places.length === 0) return undefined;
  const turns = settleTurns(places);
  const arrived = places.filter(({ open }) => !open);
  const summary = summarise(arrived, { price });
  // When records came in nobody noted; that is hardly before they were made.
  const nowMs = Date.now();
  const seenMs = Math.min(nowMs, (summary.last ?? 0) / 1000);
  const clock = { nowMs, seenMs, silenceMs };
  const state = stateOf(summary, clock);
  const over = state === "ended" || state === "interrupted";
  const known = findings.get(id);
  return {
    id,
    session: sessionOf({
      id,
      aliases: aliases.toSorted(),
      summary,
      clock,
      ...(known !== undefined && { findings: known }),
    }),
    places,
    turns,
    over,
    settled: over || nowMs - seenMs >= silenceMs,
    partial: fetched.partial,
  };
}
