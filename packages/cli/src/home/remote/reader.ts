import { writeFilters } from "@throughline/core/filters";
import { writeSessionSegment } from "@throughline/core/session";
import type {
  ReadOptions,
  RecordPage,
  RecordQuery,
  SessionQuery,
  SessionReader,
} from "@throughline/store";

import { recordPage, session, sessionPage, verdict } from "./answers.ts";
import { type Connection, explained, Refused, requestJson } from "./connection.ts";
import { followRemote } from "./live.ts";
import { readOtlp } from "./otlp.ts";

/** What a server's doors take at most; a home takes any limit and gives what it has. */
const most = { sessions: 1_000, records: 5_000 };

const none: RecordPage = { records: [], next: null };

/** The sessions of a Throughline server, over its HTTP API: a home like those that lie on a disk. */
export function createRemoteReader(connection: Connection): SessionReader {
  const ask = async (
    path: string,
    query: { readonly cursor?: string } = {},
    { signal }: ReadOptions = {},
  ): Promise<unknown> => {
    try {
      return await requestJson(connection, path, { signal });
    } catch (error) {
      throw explained(error, query);
    }
  };
  /** The same, but undefined when no session, or more than one, answers to the id. */
  const askOf = async (id: string, rest: string, query = {}, options: ReadOptions = {}) => {
    if (id === "") return undefined;
    try {
      return await requestJson(connection, `/api/v1/sessions/${writeSessionSegment(id)}${rest}`, {
        signal: options.signal,
      });
    } catch (error) {
      if (error instanceof Refused && (error.said.status === 404 || error.said.status === 409))
        return undefined;
      throw explained(error, query);
    }
  };

  /** Ids and aliases that were seen: what the server answers to them is meant. */
  const exact = new Set<string>();
  const one: SessionReader["session"] = async (id, options) => {
    const answer = await askOf(id, "", {}, options);
    if (answer === undefined) return undefined;
    const found = session(answer);
    exact.add(found.id);
    for (const alias of found.aliases) exact.add(alias);
    // The server takes prefixes and `latest` as well; a home's id is the id.
    return found.id === id || found.aliases.includes(id) ? found : undefined;
  };
  const isExact = async (id: string, options?: ReadOptions): Promise<boolean> =>
    exact.has(id) || (await one(id, options)) !== undefined;

  return {
    async sessions(query, options) {
      const page = sessionPage(
        await ask(`/api/v1/sessions?${listParameters(query)}`, query, options),
      );
      for (const { id } of page.sessions) exact.add(id);
      return page;
    },
    async resolve(reference, options = {}) {
      if (reference === "") return { found: null };
      const path = `/api/v1/sessions/${writeSessionSegment(reference)}`;
      try {
        const found = session(await requestJson(connection, path, { signal: options.signal }));
        exact.add(found.id);
        return { found: found.id };
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        if (error.said.status === 404) return { found: null };
        if (error.said.status === 409) return { candidates: error.said.candidates };
        throw explained(error);
      }
    },
    session: one,
    async records(id, query, options) {
      const answer = await askOf(id, `/records?${recordParameters(query)}`, query, options);
      if (answer !== undefined && (await isExact(id, options))) return recordPage(answer);
      // Of no session there is no page to go on from.
      if (query.cursor !== undefined) throw explained(strayCursor, query);
      return none;
    },
    async search(query, options) {
      return recordPage(await ask(`/api/v1/search?${recordParameters(query)}`, query, options));
    },
    async findings(id, options) {
      const answer = await askOf(id, "/findings", {}, options);
      return answer !== undefined && (await isExact(id, options)) ? verdict(answer) : undefined;
    },
    async trace(traceId, options) {
      return recordPage(await ask(`/api/v1/traces/${encodeURIComponent(traceId)}`, {}, options));
    },
    async *otlp(id, query, options) {
      if (!(await isExact(id, options))) return;
      yield* readOtlp(connection, id, query?.record, options?.signal);
    },
    live: (query, signal) => followRemote(connection, query, signal),
  };
}

const strayCursor = new Refused({
  status: 400,
  code: "bad_parameter",
  message: "The cursor is of a session that is not kept.",
  hint: "",
  candidates: [],
});

function listParameters({ cursor, ...query }: SessionQuery): string {
  return parameters(query, most.sessions, cursor);
}

function recordParameters({ cursor, ...query }: RecordQuery): string {
  return parameters(query, most.records, cursor);
}

type Filters = Parameters<typeof writeFilters>[0];

function parameters(query: Filters, most: number, cursor: string | undefined): string {
  const { limit } = query;
  const written = writeFilters(
    limit === undefined ? query : { ...query, limit: Math.min(Math.max(limit, 1), most) },
  );
  if (cursor !== undefined) written.set("cursor", cursor);
  return written.toString();
}
