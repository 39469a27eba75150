import type { DatabaseSync, StatementSync } from "node:sqlite";
import { zstdCompressSync } from "node:zlib";
import { promotedKeys, sessionKeyOf } from "@throughline/core/dialects";
import {
  ByteWriter,
  decodeMetric,
  type KeyValue,
  type Metric,
  type SkimmedGroup,
  type SkimmedMetric,
  writeRecord,
} from "@throughline/core/otlp";
import { type LogRecord, plainMap } from "@throughline/core/record";
import { ZSTD } from "./blocks.ts";
import type { Clusters } from "./clusters.ts";
import type { Origins } from "./origins.ts";
import { SERVICE_NAME, sharedOf } from "./readings.ts";

interface Batch {
  readonly writer: ByteWriter;
  readonly sessions: Set<string>;
  points: number;
}

/** Metric points, kept as they came, and findable by the sessions that some of them carry. */
export class Metrics {
  readonly #origins: Origins;
  readonly #clusters: Clusters;
  readonly #insert: StatementSync;
  readonly #insertSession: StatementSync;
  readonly #batches = new Map<SkimmedGroup, Batch>();

  constructor(db: DatabaseSync, origins: Origins, clusters: Clusters) {
    this.#origins = origins;
    this.#clusters = clusters;
    this.#insert = db.prepare(
      "insert into metric (at, origin, points, bytes, data) values (?, ?, ?, ?, ?)",
    );
    this.#insertSession = db.prepare(
      "insert or ignore into session_metric (session, metric) values (?, ?)",
    );
  }

  add({ bytes, end, group, points, start }: SkimmedMetric): void {
    const batch = this.#batchOf(group);
    const message = bytes.subarray(start, end);
    writeRecord(batch.writer, message);
    batch.points += points;
    // Session ids on points are opt-in, so nearly all metrics are spared the decoding.
    if (mayCarrySession(message))
      for (const session of sessionsOf(decodeMetric(message), group)) batch.sessions.add(session);
  }

  /** Writes what one request brought; how many points. */
  flush(nowMs: number): number {
    let points = 0;
    for (const [group, batch] of this.#batches) {
      points += batch.points;
      const origin = this.#origins.of(group, SERVICE_NAME).id;
      const data = batch.writer.take();
      const row = this.#insert.run(
        nowMs,
        origin,
        batch.points,
        data.length,
        zstdCompressSync(data, ZSTD),
      ).lastInsertRowid;
      for (const session of batch.sessions) {
        const cluster = this.#clusters.known(session);
        if (cluster !== undefined) this.#insertSession.run(cluster.id, row);
      }
    }
    this.#batches.clear();
    return points;
  }

  #batchOf(group: SkimmedGroup): Batch {
    let batch = this.#batches.get(group);
    if (batch === undefined) {
      batch = { writer: new ByteWriter(4096), sessions: new Set(), points: 0 };
      this.#batches.set(group, batch);
    }
    return batch;
  }
}

const SESSION_KEYS: readonly Buffer[] = promotedKeys
  .filter((key) => /session|thread|conversation/i.test(key))
  .map((key) => Buffer.from(key));

function mayCarrySession(message: Uint8Array): boolean {
  const bytes = Buffer.from(message.buffer, message.byteOffset, message.byteLength);
  return SESSION_KEYS.some((key) => bytes.includes(key));
}

function sessionsOf(metric: Metric, group: SkimmedGroup): string[] {
  const sessions = pointsOf(metric).map(({ attributes }) => {
    const record: LogRecord = {
      kind: "log",
      traceId: "",
      spanId: "",
      timeNs: 0n,
      severityNumber: 0,
      severityText: "",
      eventName: "",
      body: null,
      attributes: plainMap(attributes),
      ...sharedOf(group),
    };
    return sessionKeyOf(record)?.id;
  });
  return sessions.filter((session) => session !== undefined);
}

function pointsOf({ data }: Metric): readonly { readonly attributes: readonly KeyValue[] }[] {
  if (data === undefined) return [];
  if ("gauge" in data) return data.gauge.dataPoints;
  if ("sum" in data) return data.sum.dataPoints;
  if ("histogram" in data) return data.histogram.dataPoints;
  if ("exponentialHistogram" in data) return data.exponentialHistogram.dataPoints;
  return data.summary.dataPoints;
}
