import { readSessionSegment } from "@throughline/core/session";
import type { SessionReader } from "@throughline/store";

import { CommandError, exit } from "../exit-codes.ts";
import type { PlaceGiven } from "./place.ts";

export interface Reference {
  /** An id, an alias, a unique prefix or `latest`. */
  readonly session: string;
  /** Of a page's address: the server that shows it. */
  readonly url: string | undefined;
}

/** What people call a session: also the address of its page, copied from a browser. */
export function readReference(text: string): Reference {
  if (!/^https?:\/\//.test(text)) return { session: text, url: undefined };
  const url = URL.parse(text);
  const encoded = /^(.*)\/sessions\/([^/]+)$/.exec(url?.pathname ?? "");
  const session = readSessionSegment(encoded?.[2] ?? "") ?? "";
  if (url === null || session === "")
    throw new CommandError(`"${text}" is not the address of a session's page.`, "", exit.usage);
  return { session, url: url.origin + (encoded?.[1] ?? "") };
}

/** A page's address says where to read, unless the command line says otherwise. */
export function placeFor<G extends PlaceGiven>({ url }: Reference, given: G): G {
  const isSaid = given.url ?? given.loki ?? given.tempo;
  return url === undefined || isSaid !== undefined ? given : { ...given, url };
}

const named = 5;

/** The one session that is meant; says which ones it might be, or that there is none. */
export async function findSession(
  reader: SessionReader,
  { session }: Reference,
  signal?: AbortSignal,
): Promise<string> {
  const found = await reader.resolve(session, signal === undefined ? {} : { signal });
  if ("candidates" in found) {
    const { candidates } = found;
    const some = candidates.slice(0, named).join("\n  ");
    const more = candidates.length > named ? "\n  ..." : "";
    throw new CommandError(
      `${candidates.length} sessions start with "${session}":\n  ${some}${more}`,
      "Give more of the id.",
      exit.notFound,
    );
  }
  if (found.found !== null) return found.found;
  throw new CommandError(
    session === "latest" ? "there is no session yet." : `no session answers to "${session}".`,
    "throughline sessions lists those that are kept.",
    exit.notFound,
  );
}
