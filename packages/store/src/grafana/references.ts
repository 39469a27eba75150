import type { Resolution } from "../home.ts";
import { candidatesIn } from "./candidates.ts";
import { eachOf } from "./fetch.ts";
import type { SessionList } from "./list.ts";
import { lookAt, type Looking } from "./look.ts";
import type { Window } from "./window.ts";

const LATEST = "latest";
/** Candidates that are named when a prefix is not unique. */
const NAMED = 10;
/** Ids that start alike and still may mean one session, because some of them are aliases. */
const LOOKED_AT = 64;

/** An id or alias as it is, else `latest`, else a prefix of one id or alias. */
export async function resolveReference(
  looking: Looking,
  list: SessionList,
  reference: string,
  window: Window,
  signal?: AbortSignal,
): Promise<Resolution> {
  if (reference === "") return { found: null };
  const look = await lookAt(looking, reference, window, signal);
  if (look !== undefined) return { found: look.id };
  if (reference === LATEST) {
    const { sessions } = await list.page({ limit: 1 }, signal && { signal });
    return { found: sessions[0]?.id ?? null };
  }
  const ids = await candidatesIn(looking.engines, window, signal, reference);
  const sessions = new Set<string>();
  await eachOf(ids.slice(0, LOOKED_AT), 4, async ({ id }) => {
    const found = await lookAt(looking, id, window, signal);
    if (found !== undefined) sessions.add(found.id);
  });
  const [only, ...others] = [...sessions].toSorted();
  if (only === undefined) return { found: null };
  return others.length === 0 ? { found: only } : { candidates: [only, ...others].slice(0, NAMED) };
}
