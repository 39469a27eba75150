import type { DatabaseSync } from "node:sqlite";
import type { MembershipKind } from "@throughline/core";
import type { LogReading } from "@throughline/core/dialects";
import { isSpanId, isTraceId } from "@throughline/core";
import { decodeSpan, type SkimmedLog, type SkimmedSpan } from "@throughline/core/otlp";
import { targetOf } from "@throughline/core/membership";
import {
  callsIn,
  countMeter,
  earlier,
  hasFailed,
  larger,
  longer,
  type Meter,
  meterOf,
  noTotals,
  type Pricer,
  seeLoggedTool,
  seeTimes,
  seeWord,
  toolName,
  type Totals,
} from "@throughline/core/session";
import { clusterOf, RECORD_FLAGS, seqOf } from "../schema/codes.ts";
import type { Belonging } from "./belonging.ts";
import type { BlockPacker } from "./blocks.ts";
import type { Cluster, Clusters } from "./clusters.ts";
import type { NoticeBuilder } from "./notice.ts";
import type { Origins } from "./origins.ts";
import {
  parentIsRemote,
  type ReadLog,
  type ReadSpan,
  readLogRecord,
  readSpan,
  SERVICE_NAME,
} from "./readings.ts";
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
  readonly belonging: Belonging;
  readonly packer: BlockPacker;
  readonly notice: NoticeBuilder;
  readonly price: Pricer;
}

/** Files the records of a request one by one: whose each is, what it counts, its row and its place in a block. */
export class Filing {
  readonly #parts: FilingParts;
  readonly #rows: Rows;
  /** Strands of log records outside any trace, by service: a new one after each start is no harm. */
  readonly #loose = new Map<string, Cluster>();
  /** Counts what belongs to nobody. */
  readonly #nobody = noTotals();
  nowMs = 0;

  constructor(parts: FilingParts) {
    this.#parts = parts;
    this.#rows = new Rows(parts.db, parts.words);
  }

  span(span: SkimmedSpan, body: number, buffer: Buffer, door: Cluster | undefined): void {
    const { belonging, origins, price, traces } = this.#parts;
    const origin = origins.of(span.group, SERVICE_NAME);
    const read = readSpan(span);
    const { step } = read;
    const meter = step?.step === "llm" ? meterOf(step, span.startMicros / 1000, price) : undefined;
    const trace = traces.at(buffer.toString("latin1", span.traceIdAt, span.traceIdAt + 16));
    const facts = factsOf(span, read, meter, origin.service);
    const low = buffer.readInt32LE(span.spanIdAt);
    const high = buffer.readInt32LE(span.spanIdAt + 4);
    const [parentLow, parentHigh] =
      span.parentIdAt < 0
        ? NO_PARENT
        : [buffer.readInt32LE(span.parentIdAt), buffer.readInt32LE(span.parentIdAt + 4)];
    const tree = traces.treeOf(trace);
    const again = tree.again(low, high, parentLow, parentHigh, facts);
    if (again === "same") return;

    const session = read.session === undefined ? door : belonging.carried(read.session, door);
    if (session !== undefined) belonging.join(trace, session);
    if (session === undefined && span.linkCount > 0) this.#follow(trace, span);
    const owner = this.#place(trace, session);
    const totals = this.#totalsOf(trace, session);
    if (again === "new") {
      belonging.count(trace);
      this.#countSpan(span, read, totals, origin.service);
      if (facts.carried) totals.membership.carried++;
      tree.arrive(low, high, parentLow, parentHigh, facts, totals);
      if (session === undefined && trace.linked !== 0) relink(totals);
    }
    if (again === "odd") tree.odd = true;
    if (tree.odd) this.#recount(trace, session);
    const flags =
      evidenceOf(read.session, door) |
      (parentIsRemote(span.flags) === true ? RECORD_FLAGS.remoteParent : 0) |
      (again === "new" ? 0 : RECORD_FLAGS.again) |
      (span.linkCount > 0 ? RECORD_FLAGS.links : 0) |
      meterFlags(meter) |
      (step !== undefined && hasFailed(step) ? RECORD_FLAGS.failed : 0);
    const id = this.#parts.clusters.seat(owner);
    this.#rows.span(span, buffer, step, { id, trace: trace.id, origin: origin.id, flags, meter });
    const membership = membershipNow(flags, tree.inherits(low, high), trace);
    const known = session ?? this.#known(trace);
    this.#keep(span, buffer, id, origin.id, flags, false, body, known, membership);
  }

  log(log: SkimmedLog, body: number, buffer: Buffer, door: Cluster | undefined): void {
    const { belonging, origins, price, traces } = this.#parts;
    const origin = origins.of(log.group, SERVICE_NAME);
    const read = readLogRecord(log);
    const { reading } = read;
    const meter =
      reading?.stands === "llm" ? meterOf(reading, log.timeMicros / 1000, price) : undefined;
    const trace =
      log.traceIdAt < 0
        ? undefined
        : traces.at(buffer.toString("latin1", log.traceIdAt, log.traceIdAt + 16));
    const session = read.session === undefined ? door : belonging.carried(read.session, door);
    if (trace !== undefined && session !== undefined) belonging.join(trace, session);
    const owner =
      trace === undefined
        ? this.#grow(session ?? this.#looseStrand(origin.service))
        : this.#place(trace, session);
    const totals = trace === undefined ? owner.totals : this.#totalsOf(trace, session);
    if (trace !== undefined) belonging.count(trace);
    this.#countLog(log, read, meter, totals, origin.service);
    if (read.session !== undefined) totals.membership.carried++;
    this.#countOnSpan(log, read, trace, buffer, totals);
    if (session === undefined && trace !== undefined && trace.linked !== 0) relink(totals);
    const flags =
      evidenceOf(read.session, door) |
      meterFlags(meter) |
      (reading !== undefined && hasFailed(reading) ? RECORD_FLAGS.failed : 0);
    const id = this.#parts.clusters.seat(owner);
    this.#rows.log(log, buffer, read, {
      id,
      trace: trace?.id ?? null,
      origin: origin.id,
      flags,
      meter,
    });
    const membership = membershipNow(flags, this.#isInside(log, trace, buffer), trace);
    const known = session ?? (trace && this.#known(trace));
    this.#keep(log, buffer, id, origin.id, flags, true, body, known, membership);
  }

  /** Whether a log record points at a span that carries a session or has one above it. */
  #isInside(log: SkimmedLog, trace: Trace | undefined, buffer: Buffer): boolean {
    if (trace === undefined || log.spanIdAt < 0) return false;
    const low = buffer.readInt32LE(log.spanIdAt);
    const high = buffer.readInt32LE(log.spanIdAt + 4);
    return this.#parts.traces.treeOf(trace).inherits(low, high);
  }

  /** The cluster in which a record of a trace lies. */
  #place(trace: Trace, session: Cluster | undefined): Cluster {
    return this.#grow(session ?? this.#parts.belonging.strand(trace));
  }

  /** Something comes in for this cluster. */
  #grow(cluster: Cluster): Cluster {
    cluster.seen = this.nowMs;
    this.#parts.clusters.touch(cluster);
    return cluster;
  }

  /** Where a record of a trace counts. */
  #totalsOf(trace: Trace, session: Cluster | undefined): Totals {
    const { belonging, clusters } = this.#parts;
    if (trace.belongs === 2) {
      // Counts of its relatives can't be kept across sessions: a recount follows.
      belonging.unsettle(trace);
      return session?.totals ?? this.#nobody;
    }
    const owner =
      trace.belongs === 1
        ? clusters.whole(trace.home)
        : trace.linked === 0
          ? clusters.byId(trace.strand)
          : clusters.whole(trace.linked);
    return this.#grow(owner).totals;
  }

  #looseStrand(service: string): Cluster {
    let strand = this.#loose.get(service);
    if (strand === undefined) {
      strand = this.#parts.clusters.strand();
      this.#loose.set(service, strand);
    }
    return strand;
  }

  #known(trace: Trace): Cluster | undefined {
    const { clusters } = this.#parts;
    if (trace.belongs === 1) return clusters.whole(trace.home);
    return trace.linked === 0 ? undefined : clusters.whole(trace.linked);
  }

  #follow(trace: Trace, span: SkimmedSpan): void {
    const { links } = decodeSpan(span.bytes.subarray(span.start, span.end));
    const targets = links.filter(({ spanId, traceId }) => isTraceId(traceId) && isSpanId(spanId));
    this.#parts.belonging.follow(
      trace,
      targets.map(({ spanId, traceId }) => targetOf(traceId, spanId)),
    );
  }

  #recount(trace: Trace, session: Cluster | undefined): void {
    const owner = session ?? this.#known(trace);
    if (owner !== undefined) this.#parts.clusters.unsettle(owner);
  }

  #countSpan(
    span: SkimmedSpan,
    { channel, step }: ReadSpan,
    totals: Totals,
    service: string,
  ): void {
    const { endMicros, startMicros } = span;
    totals.spans++;
    seeTimes(totals, startMicros, endMicros);
    totals.latestStart = larger(totals.latestStart, startMicros);
    seeWord(totals.services, service);
    if (channel !== undefined) totals.channel = earlier(totals.channel, channel, startMicros);
    if (step === undefined) return;
    if (step.agent !== undefined) totals.agent = earlier(totals.agent, step.agent, startMicros);
    if (step.step === "llm" && step.model !== undefined) seeWord(totals.models, step.model);
    if (step.step !== "tool") return;
    callsIn(totals.bySpans, service).tools++;
    const name = toolName(step, span.name);
    totals.tools.spans = longer(totals.tools.spans, name, endMicros - startMicros);
  }

  #countLog(
    log: SkimmedLog,
    { channel, reading }: ReadLog,
    meter: Meter | undefined,
    totals: Totals,
    service: string,
  ): void {
    const time = log.timeMicros;
    totals.logs++;
    seeTimes(totals, time, time);
    seeWord(totals.services, service);
    if (channel !== undefined) totals.channel = earlier(totals.channel, channel, time);
    if (reading === undefined) return;
    if (reading.agent !== undefined) totals.agent = earlier(totals.agent, reading.agent, time);
    if (reading.stands === "session.end") totals.ended = larger(totals.ended, time);
    if (reading.stands === "prompt") totals.prompts++;
    if (reading.stands === "tool") countLoggedTool(totals, service, reading);
    if (reading.stands === "llm") countLoggedCall(totals, service, reading, meter);
  }

  #countOnSpan(
    log: SkimmedLog,
    read: ReadLog,
    trace: Trace | undefined,
    buffer: Buffer,
    totals: Totals,
  ): void {
    const error = log.severityNumber >= ERROR_SEVERITY;
    const waiting = read.session === undefined;
    if (trace === undefined || log.spanIdAt < 0) {
      if (error) totals.errors++;
      if (waiting) totals.membership.joined++;
      return;
    }
    const low = buffer.readInt32LE(log.spanIdAt);
    const high = buffer.readInt32LE(log.spanIdAt + 4);
    const tree = this.#parts.traces.treeOf(trace);
    tree.log(low, high, error, waiting, totals);
    if (read.reading?.stands !== "span.start") return;
    tree.announce(low, high, runOf(read.announced), totals);
  }

  #keep(
    { end, start }: SkimmedSpan | SkimmedLog,
    bytes: Buffer,
    id: number,
    origin: number,
    flags: number,
    isLog: boolean,
    body: number,
    session: Cluster | undefined,
    membership: MembershipKind,
  ): void {
    const { notice, packer } = this.#parts;
    packer.add({ cluster: clusterOf(id), seq: seqOf(id), origin, isLog, bytes, start, end });
    const known = session === undefined ? "none" : membership;
    notice.record(id, body, start, end, origin, flags, isLog, session?.sid, known);
  }
}

const NO_PARENT: readonly [number, number] = [0, 0];

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

export function runOf(step: string | undefined): "turn" | "agent" | undefined {
  return step === "turn" || step === "agent" ? step : undefined;
}

function evidenceOf(session: string | undefined, door: Cluster | undefined): number {
  if (session !== undefined) return RECORD_FLAGS.carried;
  return door === undefined ? 0 : RECORD_FLAGS.door;
}

/** For who follows live. */
function membershipNow(flags: number, inherits: boolean, trace: Trace | undefined): MembershipKind {
  if ((flags & RECORD_FLAGS.carried) !== 0) return "carried";
  if (inherits) return "inherited";
  return (flags & RECORD_FLAGS.door) === 0 && trace?.belongs === 0 ? "linked" : "joined";
}

function meterFlags(meter: Meter | undefined): number {
  if (meter === undefined) return 0;
  return (
    RECORD_FLAGS.metered |
    (meter.reported ? RECORD_FLAGS.reported : 0) |
    (meter.currency === "USD" ? 0 : RECORD_FLAGS.foreign)
  );
}

/** A trace without a session that links to one: its records are linked, not joined. */
function relink({ membership }: Totals): void {
  membership.linked++;
  membership.joined--;
}

function countLoggedTool(totals: Totals, service: string, reading: LogReading): void {
  callsIn(totals.byLogs, service).tools++;
  const micros = Number(reading.endNs / 1000n) - Number(reading.startNs / 1000n);
  seeLoggedTool(totals, service, { name: toolName(reading, "tool"), micros });
}

function countLoggedCall(
  totals: Totals,
  service: string,
  reading: LogReading,
  meter: Meter | undefined,
): void {
  const sums = callsIn(totals.byLogs, service);
  const failed = hasFailed(reading);
  sums.calls++;
  if (!failed) sums.good++;
  if (reading.model !== undefined) seeWord(totals.models, reading.model);
  if (meter !== undefined) countMeter(sums, meter, failed, 1);
}
