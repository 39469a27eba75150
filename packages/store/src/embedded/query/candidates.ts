import type { TimeWindow } from "../../telemetry.ts";
import type { Days } from "../read/days.ts";
import type { Pace } from "../read/pace.ts";
import { type Candidate, candidatesIn } from "../read/search-clusters.ts";
import { type Pin, type Pinned, pinnedBy } from "./pins.ts";

/** The clusters to look through, the youngest first. */
export async function candidatesFor(
  days: Days,
  { endNs, startNs }: TimeWindow,
  pins: readonly Pin[] | undefined,
  pace: Pace,
): Promise<{ readonly candidates: readonly Candidate[]; readonly pinned: Pinned | undefined }> {
  const pinned = pins === undefined ? undefined : pinnedBy(days, pins);
  const candidates =
    pinned === undefined || pinned.anyOrigins
      ? await candidatesIn(days, Number(startNs / 1000n), Number((endNs - 1n) / 1000n), pace)
      : pinned.places.map((place) => ({
          ...place,
          first: Number.NEGATIVE_INFINITY,
          last: Number.POSITIVE_INFINITY,
        }));
  return { candidates, pinned };
}

export function outOfTime(looked: number, candidates: number): string {
  return `Time ran out after ${looked} of ${candidates} sessions and traces in this window; ask for a narrower one.`;
}
