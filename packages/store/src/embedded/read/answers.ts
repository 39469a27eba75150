import type { Session } from "@throughline/core/session";
import type { RecordPage, SessionPage, SessionQuery } from "../../home.ts";
import { attributeNames, attributeValues } from "../query/attributes.ts";
import { logMetrics } from "../query/log-metrics.ts";
import { logStreams } from "../query/log-streams.ts";
import { searchLogs } from "../query/search-logs.ts";
import { searchTraces } from "../query/search-traces.ts";
import { sessionOtlp } from "../query/session-otlp.ts";
import { traceBytes } from "../query/trace-bytes.ts";
import { traceMetrics } from "../query/trace-metrics.ts";
import { sessionFindings } from "./findings.ts";
import { strandRecords } from "./strand.ts";
import { listSessions } from "./list.ts";
import type { Pace } from "./pace.ts";
import type { Answer, Asked, QuestionName } from "./protocol.ts";
import type { Reader } from "./reader.ts";
import { resolveReference } from "./references.ts";
import { searchRecords } from "./search.ts";
import { sessionRecords } from "./session-records.ts";
import type { TextPage } from "./text-page.ts";
import { traceRecords } from "./trace.ts";
import { unverifiedSessions } from "./unverified.ts";

/** A page may come as text. */
export type Given<N extends QuestionName> =
  | Answer<N>
  | (RecordPage extends Answer<N> ? TextPage : never);

type Answers = {
  readonly [N in QuestionName]: (
    reader: Reader,
    asked: Asked<N>,
    pace: Pace,
  ) => Promise<Given<N>> | Given<N>;
};

/** Who answers which question. */
export const answers: Answers = {
  sessions,
  resolve: ({ days }, reference, pace) => resolveReference(days, reference, pace),
  session: (reader, id) => sessionOf(reader, id) ?? null,
  records: (reader, { id, query }, pace) => sessionRecords(reader, id, query, pace),
  search: searchRecords,
  trace: traceRecords,
  findings: sessionFindings,
  unverified: unverifiedSessions,
  commit: ({ commit }) => commit,
  refresh: (reader, ids) => ids.flatMap((id) => sessionOf(reader, id) ?? []),
  strand: strandRecords,
  otlp: sessionOtlp,
  traces: searchTraces,
  traceBytes,
  traceMetrics,
  attributeNames,
  attributeValues,
  logs: searchLogs,
  logMetrics,
  streams: logStreams,
};

async function sessions(reader: Reader, query: SessionQuery, pace: Pace): Promise<SessionPage> {
  const { next, rows } = await listSessions(reader.days.all, query, pace);
  return { sessions: rows.map((row) => reader.view(row)), next };
}

function sessionOf(reader: Reader, id: string): Session | undefined {
  const found = reader.find(id);
  return found && reader.view(found);
}
