import { readSessionSegment } from "@throughline/core/session";
import type { SessionReader } from "@throughline/store";

import type { Route } from "../door/router.ts";
import { replyJson, type Visit } from "../door/visit.ts";
import { Refusal } from "../refusal/refusal.ts";
import { noParameters, recordQuery, searchQuery, sessionQuery } from "./filters.ts";

type Read = (visit: Visit, signal: AbortSignal) => Promise<void>;

/** The read side of the session API: everything answers with one JSON object. */
export function sessionRoutes(
  reader: SessionReader,
  reading: (read: Read) => Route["handle"],
): Route[] {
  const get = (path: string, read: Read): Route => ({
    method: "GET",
    path,
    tongue: "json",
    name: "sessions",
    handle: reading(read),
  });

  return [
    get("/api/v1/sessions", async ({ query, response }, signal) => {
      replyJson(response, await reader.sessions(sessionQuery(query), { signal }));
    }),
    get("/api/v1/sessions/:id", async ({ captured, query, response }, signal) => {
      noParameters(query);
      const id = await theSession(reader, captured[0] ?? "", signal);
      const session = await reader.session(id, { signal });
      if (session === undefined) throw new Refusal("no_session");
      replyJson(response, session);
    }),
    get("/api/v1/sessions/:id/records", async ({ captured, query, response }, signal) => {
      const wanted = recordQuery(query);
      const id = await theSession(reader, captured[0] ?? "", signal);
      replyJson(response, await reader.records(id, wanted, { signal }));
    }),
    get("/api/v1/sessions/:id/findings", async ({ captured, query, response }, signal) => {
      noParameters(query);
      const id = await theSession(reader, captured[0] ?? "", signal);
      const verdict = await reader.findings(id, { signal });
      if (verdict === undefined) throw new Refusal("no_session");
      replyJson(response, verdict);
    }),
    get("/api/v1/traces/:id", async ({ captured, query, response }, signal) => {
      noParameters(query);
      replyJson(response, await reader.trace((captured[0] ?? "").toLowerCase(), { signal }));
    }),
    get("/api/v1/search", async ({ query, response }, signal) => {
      replyJson(response, await reader.search(searchQuery(query), { signal }));
    }),
  ];
}

const mostCandidates = 5;

/** The one session that an id, an alias, a unique prefix or `latest` means. */
export async function theSession(
  reader: SessionReader,
  encoded: string,
  signal?: AbortSignal,
): Promise<string> {
  const reference = decode(encoded);
  const resolution = await reader.resolve(reference, signal === undefined ? {} : { signal });
  if ("candidates" in resolution) {
    const { candidates } = resolution;
    const more = candidates.length > mostCandidates ? ", ..." : "";
    const named = candidates.slice(0, mostCandidates).join(", ");
    throw new Refusal("ambiguous_session", `"${reference}" may be ${named}${more}.`, {
      candidates,
    });
  }
  if (resolution.found === null) throw new Refusal("no_session", `It was "${reference}".`);
  return resolution.found;
}

const longestReference = 600;

function decode(encoded: string): string {
  const reference = readSessionSegment(encoded) ?? "";
  if (reference === "" || reference.length > longestReference) throw new Refusal("bad_session_id");
  return reference;
}
