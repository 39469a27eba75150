import { settleTurns } from "../embedded/read/turns.ts";
import type { RecordPage } from "../home.ts";
import { type Engines, Fetched } from "./fetch.ts";
import { gatherTargets } from "./gather.ts";
import { jsonOf, place } from "./held.ts";
import type { Window } from "./window.ts";

/** Every record of one trace, whichever sessions they belong to. */
export async function traceRecords(
  engines: Engines,
  traceId: string,
  window: Window,
  signal?: AbortSignal,
): Promise<RecordPage> {
  const id = traceId.toLowerCase();
  if (!/^[0-9a-f]{32}$/.test(id)) return { records: [], next: null };
  const fetched = new Fetched(engines, window, signal);
  await fetched.traces([id]);
  await gatherTargets(fetched);
  const all = place(fetched.held, engines.profile).places;
  const places = all.filter((each) => each.traceId === id);
  settleTurns(places);
  return {
    records: places.map((each) => jsonOf(each, false)),
    next: null,
    ...(fetched.partial !== undefined && { partial: fetched.partial }),
  };
}
