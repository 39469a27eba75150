import { resolve } from "node:path";
import { type FindingCounts, SILENCE_MS } from "@throughline/core/session";
import type {
  LiveQuery,
  OtlpPiece,
  ReadOptions,
  SessionQuery,
  SessionReader,
  SessionWriter,
} from "../home.ts";
import type { StoreMeasures } from "../measures.ts";
import type { TelemetryReader } from "../telemetry.ts";
import type { Day } from "./days/day.ts";
import { Live } from "./live/live.ts";
import { measuresOf } from "./measures.ts";
import { type EmbeddedOptions as WriterOptions, openEmbeddedWriter } from "./open.ts";
import { pinsOfLogs } from "./query/narrow-logs.ts";
import { pinsOfSpans } from "./query/narrow-spans.ts";
import type { OtlpAsked } from "./query/session-otlp.ts";
import { Days } from "./read/days.ts";
import { FindingsKeeper } from "./read/keep-findings.ts";
import { Lane } from "./read/lane.ts";
import { Reader } from "./read/reader.ts";

export interface EmbeddedOptions extends WriterOptions {
  /** Unfinished work is believed for this long after its session's last record; by default 15 minutes. */
  readonly silenceMs?: number;
  /** A session is verified for the list once it has been quiet for so long; by default 10 seconds. */
  readonly verifyAfterMs?: number;
  /** How much of what came in last is kept at hand for live readers who come back. */
  readonly liveWindowBytes?: number;
}

/** A home for sessions in one directory of this machine. */
export interface EmbeddedHome {
  readonly writer: SessionWriter;
  readonly reader: SessionReader;
  readonly telemetry: TelemetryReader;
  readonly measures: StoreMeasures;
  /** Writes what waits, ends live streams, and gives the directory free. */
  close(): Promise<void>;
}

const LIVE_WINDOW_BYTES = 32 * 1024 * 1024;
const VERIFY_AFTER_MS = 10_000;
const LOOK_UP_MS = 5_000;
const SCAN_MS = 5_000;
/** Of TraceQL and LogQL: metrics over a day are worth waiting for, and Grafana waits 30 seconds. */
const QUERY_MS = 15_000;
/** Short questions by turns; scans gain nothing from company. */
const LOOK_UPS_AT_ONCE = 16;
const SCANS_AT_ONCE = 2;
const WAITING = 1_000;

/** Rejects with a StoreRefusal when another process has the directory. */
export async function openEmbeddedHome(options: EmbeddedOptions): Promise<EmbeddedHome> {
  const directory = resolve(options.directory);
  const settings = {
    directory,
    silenceMs: options.silenceMs ?? SILENCE_MS,
    waiting: WAITING,
    onDamage: (day: Day, why: string) => writing.setAside(day, why),
  };
  const lookUps = new Lane({ ...settings, atOnce: LOOK_UPS_AT_ONCE });
  const scans = new Lane({ ...settings, atOnce: SCANS_AT_ONCE });
  // Beside the writer's thread, not after it: most of the time until the first answer is threads that load their modules.
  lookUps.start();
  const writing = await openEmbeddedWriter(options).catch(async (error: unknown) => {
    await lookUps.close();
    throw error;
  });
  for (const lane of [lookUps, scans]) lane.setDays(writing.days());
  const live = new Live(
    {
      lastCommit: (signal) => lookUps.ask("commit", null, { budgetMs: LOOK_UP_MS, signal }),
      sessions: (ids) => lookUps.ask("refresh", ids, { budgetMs: LOOK_UP_MS }),
      strand: (asked, signal) => lookUps.ask("strand", asked, { budgetMs: LOOK_UP_MS, signal }),
    },
    lastCommit(directory, writing.days()),
    options.liveWindowBytes ?? LIVE_WINDOW_BYTES,
  );
  const quietMs = options.verifyAfterMs ?? VERIFY_AFTER_MS;
  const keeper = new FindingsKeeper({
    unverified: () =>
      lookUps.ask("unverified", { quietMs, silenceMs: settings.silenceMs }, { budgetMs: SCAN_MS }),
    findings: (id) => scans.ask("findings", id, { budgetMs: SCAN_MS }),
    note: (id, counts) => writing.noteFindings(id, counts),
  });
  writing.onCommit((notice) => {
    live.committed(notice);
    keeper.committed(notice);
  });
  writing.onDays((days) => {
    lookUps.setDays(days);
    scans.setDays(days);
  });
  return {
    writer: writing.writer,
    reader: readerOf(lookUps, scans, live, (id, counts) => writing.noteFindings(id, counts)),
    telemetry: telemetryOf(lookUps, scans, live),
    measures: measuresOf(writing, lookUps, scans),
    async close() {
      live.close();
      keeper.close();
      await Promise.all([lookUps.close(), scans.close()]);
      await writing.close();
    },
  };
}

function readerOf(
  lookUps: Lane,
  scans: Lane,
  live: Live,
  note: (session: string, counts: FindingCounts) => void,
): SessionReader {
  return {
    sessions: (query, { signal } = {}) =>
      walksFar(query)
        ? scans.ask("sessions", query, { budgetMs: SCAN_MS, signal })
        : lookUps.ask("sessions", query, { budgetMs: LOOK_UP_MS, signal }),
    resolve: (reference, { signal } = {}) =>
      lookUps.ask("resolve", reference, { budgetMs: LOOK_UP_MS, signal }),
    session: async (id, { signal } = {}) =>
      (await lookUps.ask("session", id, { budgetMs: LOOK_UP_MS, signal })) ?? undefined,
    records: (id, query, { signal } = {}) =>
      lookUps.ask("records", { id, query }, { budgetMs: LOOK_UP_MS, signal }),
    search: (query, { signal } = {}) => scans.ask("search", query, { budgetMs: SCAN_MS, signal }),
    trace: (traceId, { signal } = {}) =>
      lookUps.ask("trace", traceId, { budgetMs: LOOK_UP_MS, signal }),
    async findings(id, { signal } = {}) {
      const found = await scans.ask("findings", id, { budgetMs: SCAN_MS, signal });
      if (found === null) return undefined;
      const { news, partial, report, session } = found;
      if (partial !== undefined) return { ...report, partial };
      if (news) note(session, report.summary.findings);
      return report;
    },
    otlp: (id, query, options) => otlpOf(lookUps, id, query, options),
    live: (query: LiveQuery, signal) => live.follow(query, signal),
  };
}

async function* otlpOf(
  lookUps: Lane,
  id: string,
  { record = null }: { readonly record?: string | null } = {},
  { signal }: ReadOptions = {},
): AsyncGenerator<OtlpPiece> {
  for (let cursor: string | null = null; ;) {
    const asked: OtlpAsked = { id, record, cursor };
    const page = await lookUps.ask("otlp", asked, { budgetMs: LOOK_UP_MS, signal });
    yield* page.pieces;
    if (page.next === null) return;
    cursor = page.next;
  }
}

function telemetryOf(lookUps: Lane, scans: Lane, live: Live): TelemetryReader {
  // What is tied to a session or a trace is looked up; everything else scans.
  const laneOf = (isPinned: boolean): Lane => (isPinned ? lookUps : scans);
  return {
    searchTraces: (plan, { signal } = {}) =>
      laneOf(pinsOfSpans(plan.fetch) !== undefined).ask("traces", plan, {
        budgetMs: QUERY_MS,
        signal,
      }),
    traceBytes: async (traceId, { signal } = {}) =>
      (await lookUps.ask("traceBytes", traceId, { budgetMs: LOOK_UP_MS, signal })) ?? undefined,
    traceMetrics: (plan, { signal } = {}) =>
      scans.ask("traceMetrics", plan, { budgetMs: QUERY_MS, signal }),
    attributeNames: (query, { signal } = {}) =>
      scans.ask("attributeNames", query, { budgetMs: QUERY_MS, signal }),
    attributeValues: (field, limit, query, { signal } = {}) =>
      scans.ask("attributeValues", { field, limit, query }, { budgetMs: QUERY_MS, signal }),
    searchLogs: (plan, { signal } = {}) =>
      laneOf(pinsOfLogs(plan.fetch) !== undefined).ask("logs", plan, {
        budgetMs: QUERY_MS,
        signal,
      }),
    logMetrics: (plan, { signal } = {}) =>
      scans.ask("logMetrics", plan, { budgetMs: QUERY_MS, signal }),
    logStreams: (query, { signal } = {}) =>
      scans.ask("streams", query, { budgetMs: QUERY_MS, signal }),
    tailLogs: (plan, signal) => live.tailLogs(plan, signal),
  };
}

/** Whether a list may have to look at many sessions for a few: only the latest come straight from an index. */
function walksFar({ errors, grep, service, sort = "last" }: SessionQuery): boolean {
  return sort !== "last" || errors === true || grep !== undefined || service !== undefined;
}

function lastCommit(directory: string, known: readonly Day[]): number {
  const days = new Days(directory, () => {});
  days.set(known);
  const { commit } = new Reader(days, 0);
  days.close();
  return commit;
}
