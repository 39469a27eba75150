import type { DatabaseSync } from "node:sqlite";
import { isSpanId, isTraceId } from "@throughline/core";
import { targetOf } from "@throughline/core/membership";
import { decodeSpan, type SkimmedLog, type SkimmedSpan } from "@throughline/core/otlp";
import {
  hasFailed,
  type Meter,
  meterOf,
  noTotals,
  type Pricer,
  type Totals,
} from "@throughline/core/session";
import type { Attachments } from "./attachments.ts";
import type { Belonging } from "./belonging.ts";
import type { Cluster, Clusters } from "./clusters.ts";
import { countLog, countSpan } from "./counting.ts";
import { logFlags, membershipNow, spanFlags } from "./evidence.ts";
import type { Filed } from "./filed.ts";
import type { Links } from "./links.ts";
import type { Origins } from "./origins.ts";
import { type ReadLog, type ReadSpan, readLogRecord, readSpan, SERVICE_NAME } from "./readings.ts";
import { Rows } from "./rows.ts";
import type { SpanFacts } from "./span-tree.ts";
import type { Trace, Traces } from "./traces.ts";
import type { Words } from "./words.ts";

const ERROR_SEVERITY = 17;

export interface FilingParts {
  readonly db: DatabaseSync;
  readonly words: Words;
  readonly origins: Origins;
  readonly clusters: Clusters;
  readonly traces: Traces;
  readonly attachments: Attachments;
  readonly links: Links;
  readonly belonging: Belonging;
  readonly filed: Filed;
  readonly price: Pricer;
}

/** The request that is being filed. */
export interface Request {
  /** Its place among those of the commit. */
  readonly index: number;
  readonly bytes: Buffer;
  /** The session whose own door it came in through. */
  readonly door: string | undefined;
  readonly atMs: number;
}

/** Files the records of a request one by one: whose each is, what it counts, its row and its place in a block. */
export class Filing {
  readonly #parts: FilingParts;
  readonly #rows: Rows;
  /** Strands of log records outside any trace, by service: a new one after each start is no harm. */
  readonly #loose = new Map<string, Cluster>();
  /** Counts what belongs to nobody. */
  readonly #nobody = noTotals();

  constructor(parts: FilingParts) {
    this.#parts = parts;
    this.#rows = new Rows(parts.db, parts.words);
  }

  span(span: SkimmedSpan, request: Request): void {
    const { belonging, clusters, filed, origins, price, traces } = this.#parts;
    const { bytes } = request;
    const origin = origins.of(span.group, SERVICE_NAME);
    const read = readSpan(span);
    const { step } = read;
    const meter = step?.step === "llm" ? meterOf(step, span.startMicros / 1000, price) : undefined;
    const facts = factsOf(span, read, meter, origin.service);
    const trace = traces.at(bytes.toString("latin1", span.traceIdAt, span.traceIdAt + 16));
    const low = bytes.readInt32LE(span.spanIdAt);
    const high = bytes.readInt32LE(span.spanIdAt + 4);
    const parentLow = span.parentIdAt < 0 ? 0 : bytes.readInt32LE(span.parentIdAt);
    const parentHigh = span.parentIdAt < 0 ? 0 : bytes.readInt32LE(span.parentIdAt + 4);
    const tree = traces.treeOf(trace);
    const again = tree.again(low, high, parentLow, parentHigh, facts);
    if (again === "same") return;

    const session = this.#sessionOf(read.session, request);
    if (session !== undefined) belonging.join(trace, session);
    else if (span.linkCount > 0) this.#follow(trace, span);
    const owner = this.#grow(session ?? this.#strandOf(trace, origin.service), request);
    const totals = this.#totalsOf(trace, session, request);
    if (again === "new") {
      belonging.count(trace);
      countSpan(totals, span, read, origin.service);
      tree.arrive(low, high, parentLow, parentHigh, facts, totals);
      if (session === undefined && trace.linked !== 0) relink(totals);
    }
    if (again === "odd") tree.odd = true;
    if (tree.odd) this.#recount(session ?? this.#homeOf(trace));

    const id = clusters.seat(owner);
    const flags = spanFlags(span, read, meter, request.door !== undefined, again !== "new");
    this.#rows.span(span, bytes, step, { id, trace: trace.id, origin: origin.id, flags, meter });
    filed.add(id, request.index, span.start, span.end, origin.id, flags, false);
    this.#tell(session, trace, flags, tree.inherits(low, high));
  }

  log(log: SkimmedLog, request: Request): void {
    const { belonging, clusters, filed, origins, price, traces } = this.#parts;
    const { bytes } = request;
    const origin = origins.of(log.group, SERVICE_NAME);
    const read = readLogRecord(log);
    const { reading } = read;
    const meter =
      reading?.stands === "llm" ? meterOf(reading, log.timeMicros / 1000, price) : undefined;
    const trace =
      log.traceIdAt < 0
        ? undefined
        : traces.at(bytes.toString("latin1", log.traceIdAt, log.traceIdAt + 16));

    const session = this.#sessionOf(read.session, request);
    if (trace !== undefined && session !== undefined) belonging.join(trace, session);
    const owner = this.#grow(session ?? this.#strandOf(trace, origin.service), request);
    const totals = trace === undefined ? owner.totals : this.#totalsOf(trace, session, request);
    if (trace !== undefined) belonging.count(trace);
    countLog(totals, log, read, meter, origin.service);
    const inherits = this.#countOnSpan(log, read, trace, bytes, totals);
    if (session === undefined && trace !== undefined && trace.linked !== 0) relink(totals);

    const id = clusters.seat(owner);
    const flags = logFlags(read, meter, request.door !== undefined);
    const traceId = trace?.id ?? null;
    this.#rows.log(log, bytes, read, { id, trace: traceId, origin: origin.id, flags, meter });
    filed.add(id, request.index, log.start, log.end, origin.id, flags, true);
    this.#tell(session, trace, flags, inherits);
  }

  /** The session that a record says it belongs to, by its id or its door. */
  #sessionOf(carried: string | undefined, { door }: Request): Cluster | undefined {
    const { belonging, clusters } = this.#parts;
    // Asked for each record: the door's session may have become part of another by the one before.
    const entered = door === undefined ? undefined : belonging.enter(door);
    if (carried === undefined) return entered;
    return entered === undefined ? clusters.session(carried) : belonging.carried(carried, entered);
  }

  /** Something comes in for this cluster. */
  #grow(cluster: Cluster, { atMs }: Request): Cluster {
    cluster.seen = atMs;
    this.#parts.clusters.touch(cluster);
    return cluster;
  }

  /** Where a record of a trace counts. */
  #totalsOf(trace: Trace, session: Cluster | undefined, request: Request): Totals {
    if (trace.belongs === 2) {
      // Counts of its relatives can't be kept across sessions: a recount follows.
      this.#parts.belonging.unsettle(trace);
      return session?.totals ?? this.#nobody;
    }
    const owner = this.#homeOf(trace) ?? this.#parts.clusters.byId(trace.strand);
    return this.#grow(owner, request).totals;
  }

  /** The session to which all of a trace belongs. */
  #homeOf(trace: Trace): Cluster | undefined {
    const home = trace.belongs === 1 ? trace.home : trace.linked;
    return home === 0 ? undefined : this.#parts.clusters.whole(home);
  }

  /** Where records without a session lie. */
  #strandOf(trace: Trace | undefined, service: string): Cluster {
    if (trace !== undefined) return this.#parts.attachments.strand(trace);
    let strand = this.#loose.get(service);
    if (strand === undefined) {
      strand = this.#parts.clusters.strand();
      this.#loose.set(service, strand);
    }
    return strand;
  }

  #follow(trace: Trace, span: SkimmedSpan): void {
    const { links } = decodeSpan(span.bytes.subarray(span.start, span.end));
    const targets = links.filter(({ spanId, traceId }) => isTraceId(traceId) && isSpanId(spanId));
    this.#parts.links.follow(
      trace,
      targets.map(({ spanId, traceId }) => targetOf(traceId, spanId)),
    );
  }

  #recount(session: Cluster | undefined): void {
    if (session !== undefined) this.#parts.clusters.unsettle(session);
  }

  /** What a log record counts on the span it points at; whether that has a session at or above it. */
  #countOnSpan(
    log: SkimmedLog,
    read: ReadLog,
    trace: Trace | undefined,
    bytes: Buffer,
    totals: Totals,
  ): boolean {
    const error = log.severityNumber >= ERROR_SEVERITY;
    const waiting = read.session === undefined;
    if (trace === undefined || log.spanIdAt < 0) {
      if (error) totals.errors++;
      if (waiting) totals.membership.joined++;
      return false;
    }
    const low = bytes.readInt32LE(log.spanIdAt);
    const high = bytes.readInt32LE(log.spanIdAt + 4);
    const tree = this.#parts.traces.treeOf(trace);
    tree.log(low, high, error, waiting, totals);
    if (read.reading?.stands === "span.start")
      tree.announce(low, high, runOf(read.announced), totals);
    return tree.inherits(low, high);
  }

  /** Says to who follows live whose the record is, as far as is known by now. */
  #tell(
    session: Cluster | undefined,
    trace: Trace | undefined,
    flags: number,
    inherits: boolean,
  ): void {
    const known = session ?? (trace && this.#homeOf(trace));
    if (known?.sid !== undefined)
      this.#parts.filed.belongs(known.sid, membershipNow(flags, inherits, trace));
  }
}

function factsOf(
  span: SkimmedSpan,
  { session, step }: ReadSpan,
  meter: Meter | undefined,
  service: string,
): SpanFacts {
  return {
    start: span.startMicros,
    carried: session !== undefined,
    error: span.statusCode === 2,
    run: runOf(step?.step),
    call: step?.step === "llm" ? { service, failed: hasFailed(step), meter } : undefined,
  };
}

function runOf(step: string | undefined): "turn" | "agent" | undefined {
  return step === "turn" || step === "agent" ? step : undefined;
}

/** A trace without a session that links to one: its records are linked, not joined. */
function relink({ membership }: Totals): void {
  membership.linked++;
  membership.joined--;
}
