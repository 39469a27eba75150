import { defaultProfile, type Profile } from "@throughline/core";
import { type FindingCounts, SILENCE_MS } from "@throughline/core/session";
import { QueryError } from "@throughline/query";
import { parseSelector } from "@throughline/query/logql";
import type { OtlpPiece, RecordQuery, SessionReader, SessionWriter } from "../home.ts";
import { createPricer } from "../price.ts";
import { ReadRefusal } from "../refusal.ts";
import { Engine } from "./engine.ts";
import type { Engines } from "./fetch.ts";
import { Forwarder } from "./forward.ts";
import { SessionList } from "./list.ts";
import { Live } from "./live.ts";
import { Loki } from "./loki.ts";
import { lookAt, type Looking, type SessionLook } from "./look.ts";
import { otlpOf } from "./otlp.ts";
import { pageOf, readPosition } from "./records.ts";
import { resolveReference } from "./references.ts";
import { searchRecords } from "./search.ts";
import { Tempo } from "./tempo.ts";
import { traceRecords } from "./trace.ts";
import { verify } from "./verdict.ts";
import { windowOf } from "./window.ts";

export interface GrafanaOptions {
  /** Base addresses of the engines; either may be left out, and what it would hold is then not there. */
  readonly tempo?: string;
  readonly loki?: string;
  /** Where OTLP is handed on to, an OTLP/HTTP base address; without it the home can only be read. */
  readonly forward?: string;
  /** Which of Loki's streams to look at, `{service_name=~".+"}` by default. */
  readonly selector?: string;
  readonly profile?: Profile;
  /** Sent with every request, to the engines and to where OTLP goes: tenants and credentials. */
  readonly headers?: Readonly<Record<string, string>>;
  /** How far back to look where nobody says since when; 7 days by default, the most that Tempo takes. */
  readonly lookBackMs?: number;
  /** Unfinished work is believed for this long after its session's last record; by default 15 minutes. */
  readonly silenceMs?: number;
  /** How often to look for news while somebody follows; 2 seconds by default. */
  readonly pollMs?: number;
}

/** A home for sessions in Tempo and Loki. Nothing is kept here. */
export interface GrafanaHome {
  readonly reader: SessionReader;
  readonly writer?: SessionWriter;
  /** Ends live streams. */
  close(): Promise<void>;
}

const EVERY_STREAM = '{service_name=~".+"}';
/** Tempo's 168 hours less the time that clocks may be ahead, and a minute. */
const LOOK_BACK_MS = 167 * 3_600_000 - 60_000;
const POLL_MS = 2_000;
/** Who reads page after page goes on in what the first one saw. */
const ONE_READING_MS = 30_000;
const MOST_LOOKS = 16;
const MOST_VERDICTS = 10_000;

/** Throws a ReadRefusal when the selector is none. */
export function openGrafanaHome(options: GrafanaOptions): GrafanaHome {
  const { forward, headers = {}, profile = defaultProfile } = options;
  const at = (name: string, url: string): Engine => new Engine({ name, url, headers });
  const engines: Engines = {
    tempo: options.tempo === undefined ? undefined : new Tempo(at("Tempo", options.tempo)),
    loki: options.loki === undefined ? undefined : new Loki(at("Loki", options.loki)),
    selector: selectorOf(options.selector ?? EVERY_STREAM),
    profile,
  };
  const reader = new GrafanaReader(engines, options);
  return {
    reader,
    ...(forward !== undefined && { writer: new Forwarder(forward, headers) }),
    async close() {
      reader.close();
    },
  };
}

function selectorOf(text: string): Engines["selector"] {
  try {
    return parseSelector(text);
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    throw new ReadRefusal("bad-query", `The selector can't be read: ${error.message}`);
  }
}

interface Kept {
  readonly openedMs: number;
  readonly look: SessionLook;
}

class GrafanaReader implements SessionReader {
  readonly #engines: Engines;
  readonly #looking: Looking;
  readonly #lookBackMs: number;
  readonly #list: SessionList;
  readonly #live: Live;
  readonly #looks = new Map<string, Kept>();
  readonly #findings = new Map<string, FindingCounts>();

  constructor(engines: Engines, { lookBackMs, pollMs, silenceMs }: GrafanaOptions) {
    this.#engines = engines;
    this.#looking = {
      engines,
      price: createPricer(),
      silenceMs: silenceMs ?? SILENCE_MS,
      findings: this.#findings,
    };
    this.#lookBackMs = lookBackMs ?? LOOK_BACK_MS;
    this.#list = new SessionList(this.#looking, this.#lookBackMs);
    this.#live = new Live(
      {
        look: (session, signal) => this.#look(session, signal),
        sessions: (signal) => this.#list.all({}, signal),
      },
      pollMs ?? POLL_MS,
    );
  }

  close(): void {
    this.#live.close();
  }

  sessions: SessionReader["sessions"] = (query, options) => this.#list.page(query, options);

  resolve: SessionReader["resolve"] = (reference, { signal } = {}) =>
    resolveReference(this.#looking, this.#list, reference, windowOf(this.#lookBackMs), signal);

  session: SessionReader["session"] = async (id, { signal } = {}) =>
    (await this.#look(id, signal))?.session;

  records: SessionReader["records"] = async (id, query, { signal } = {}) => {
    const look = await this.#reading(id, query, signal);
    const live = this.#live.after(id, look);
    return look === undefined
      ? { records: [], next: null, live }
      : { ...pageOf(look, query), live };
  };

  search: SessionReader["search"] = (query, { signal } = {}) =>
    searchRecords(this.#engines, query, windowOf(LOOK_BACK_MS, query), signal);

  trace: SessionReader["trace"] = (traceId, { signal } = {}) =>
    traceRecords(this.#engines, traceId, windowOf(this.#lookBackMs), signal);

  findings: SessionReader["findings"] = async (id, { signal } = {}) => {
    const look = await this.#look(id, signal);
    if (look === undefined) return undefined;
    const report = verify(look, this.#engines.profile);
    if (look.partial !== undefined) return { ...report, partial: look.partial };
    this.#findings.delete(look.id);
    this.#findings.set(look.id, report.summary.findings);
    const [oldest] = this.#findings.keys();
    if (this.#findings.size > MOST_VERDICTS && oldest !== undefined) this.#findings.delete(oldest);
    this.#list.forget(look.id);
    return report;
  };

  otlp: SessionReader["otlp"] = (id, { record } = {}, { signal } = {}) =>
    this.#otlp(id, record, signal);

  live: SessionReader["live"] = (query, signal) => this.#live.follow(query, signal);

  async *#otlp(
    id: string,
    record: string | undefined,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<OtlpPiece> {
    const look = await this.#look(id, signal);
    const places = look?.places ?? [];
    yield* otlpOf(record === undefined ? places : places.filter((place) => place.id === record));
  }

  #look(id: string, signal?: AbortSignal): Promise<SessionLook | undefined> {
    return lookAt(this.#looking, id, windowOf(this.#lookBackMs), signal);
  }

  async #reading(
    id: string,
    { cursor }: RecordQuery,
    signal: AbortSignal | undefined,
  ): Promise<SessionLook | undefined> {
    const now = Date.now();
    if (cursor !== undefined) {
      readPosition(cursor, "records");
      const kept = this.#looks.get(id);
      if (kept !== undefined && now - kept.openedMs < ONE_READING_MS) return kept.look;
    }
    const look = await this.#look(id, signal);
    this.#looks.delete(id);
    if (look !== undefined) this.#looks.set(id, { openedMs: now, look });
    const [oldest] = this.#looks.keys();
    if (this.#looks.size > MOST_LOOKS && oldest !== undefined) this.#looks.delete(oldest);
    return look;
  }
}
