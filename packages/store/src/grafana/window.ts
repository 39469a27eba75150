/** Epoch milliseconds; both ends belong to it. */
export interface Window {
  readonly since: number;
  readonly until: number;
}

const HOUR_MS = 3_600_000;

/** Emitters' clocks may be ahead of ours. */
const AHEAD_MS = HOUR_MS;

/** Where nobody says when: from `lookBackMs` ago until a while ahead; never longer than that. */
export function windowOf(
  lookBackMs: number,
  asked: { readonly since?: number; readonly until?: number } = {},
): Window {
  const now = Date.now();
  const until = Math.min(asked.until ?? Infinity, now + AHEAD_MS);
  return { since: Math.max(asked.since ?? 0, Math.min(now, until) - lookBackMs), until };
}
