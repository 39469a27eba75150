import { setTimeout } from "node:timers/promises";
import type { SessionReader } from "@throughline/store";
import type { Random } from "../lib/seeded.ts";

/** Milliseconds by question. */
export type Times = Readonly<Record<string, number[]>>;

const OPENED = 1_000;
const LISTED = 100;
const HOUR_MS = 3_600_000;
/** Between questions, as people and pages ask them. */
const PAUSE_MS = 2;

export async function allIds(reader: SessionReader): Promise<readonly string[]> {
  const ids: string[] = [];
  let cursor: { readonly cursor?: string } = {};
  for (;;) {
    const { next, sessions } = await reader.sessions({ limit: 1_000, ...cursor });
    for (const { id } of sessions) ids.push(id);
    if (next === null) return ids;
    cursor = { cursor: next };
  }
}

export async function measure(
  reader: SessionReader,
  ids: readonly string[],
  random: Random,
): Promise<Times> {
  const times: Record<string, number[]> = {};
  const ask = async (question: string, answer: () => Promise<unknown>): Promise<void> => {
    const began = performance.now();
    await answer();
    (times[question] ??= []).push(performance.now() - began);
    await setTimeout(PAUSE_MS);
  };
  const [latest] = (await reader.sessions({ limit: 1 })).sessions;
  const since = Date.parse(latest?.last_at ?? "") - HOUR_MS;
  for (let n = 0; n < OPENED; n++) {
    const id = random.pick(ids);
    await ask("open a session: its records", () => reader.records(id, {}));
    await ask("open a session: its sums", () => reader.session(id));
    if (n % (OPENED / LISTED) !== 0) continue;
    await ask("list the last hour, 100 of them", () => reader.sessions({ since, limit: 100 }));
    await ask("list by cost, 100 of them", () =>
      reader.sessions({ since, limit: 100, sort: "cost" }),
    );
  }
  for (let n = 0; n < 3; n++) {
    const until = since + HOUR_MS;
    const recent = until - HOUR_MS / 60;
    await ask("search a minute, errors", () =>
      reader.search({ since: recent, until, errors: true }),
    );
    await ask("search a minute, text of none", () =>
      reader.search({ since: recent, until, grep: "no such text" }),
    );
  }
  return times;
}
