import { closeSync, openSync, writeSync } from "node:fs";
import {
  ByteWriter,
  encodeHeldResource,
  encodeHeldScope,
  type HeldLog,
  type HeldSpan,
  type HrTime,
  joinRequest,
  lengthPrefix,
  writeHeldLog,
  writeHeldSpan,
} from "@throughline/core/otlp";
import type { LogRecord, SpanRecord, TelemetryRecord } from "@throughline/core/record";

import { fleet } from "./fleet.ts";

/** As many as an exporter sends at once. */
const BATCH = 500;

interface Queue {
  readonly resource: Uint8Array;
  readonly writer: ByteWriter;
  held: number;
}

/** Writes what a fleet sends as the Collector's file exporter does: protobuf requests of one process and signal, each behind its length. */
export function writeFleet(path: string, records: number, seed: number, faulty: number): void {
  const file = openSync(path, "w");
  const queues = new Map<string, Queue>();
  const send = (queue: Queue): void => {
    const scopes = [{ scope: SCOPE, records: [queue.writer.take()] }];
    const request = joinRequest([{ resource: queue.resource, scopes }]);
    writeSync(file, lengthPrefix(request.length));
    writeSync(file, request);
    queue.held = 0;
  };
  const put = (record: TelemetryRecord): void => {
    const queue = queueOf(queues, record);
    if (record.kind === "span") writeHeldSpan(queue.writer, heldSpan(record));
    else writeHeldLog(queue.writer, heldLog(record));
    if (++queue.held === BATCH) send(queue);
  };
  const source = fleet(seed, faulty);
  for (let made = 0; made < records; made++) put(source.next());
  for (const record of source.rest()) put(record);
  for (const queue of queues.values()) if (queue.held > 0) send(queue);
  closeSync(file);
}

const SCOPE = encodeHeldScope({ name: "@throughline/sdk", version: "0.1.0" });

function queueOf(queues: Map<string, Queue>, { kind, resource }: TelemetryRecord): Queue {
  const key = `${kind} ${JSON.stringify(resource.attributes["service.instance.id"])}`;
  let queue = queues.get(key);
  if (queue === undefined) {
    queue = {
      resource: encodeHeldResource(resource.attributes),
      writer: new ByteWriter(1 << 20),
      held: 0,
    };
    queues.set(key, queue);
  }
  return queue;
}

const KINDS = ["internal", "server", "client", "producer", "consumer"];

function heldSpan(span: SpanRecord): HeldSpan {
  const { attributes, links, name, parentSpanId, spanId, spanKind, traceId } = span;
  return {
    name,
    kind: KINDS.indexOf(spanKind),
    spanContext: () => ({ traceId, spanId, traceFlags: 1 }),
    parentSpanContext:
      parentSpanId === "" ? undefined : { traceId, spanId: parentSpanId, traceFlags: 1 },
    startTime: hrTime(span.startNs),
    endTime: hrTime(span.endNs),
    status: { code: 0 },
    attributes,
    links: links.map((link) => ({
      context: { ...link, traceFlags: 1 },
      attributes: link.attributes,
    })),
    events: [],
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
}

function heldLog(log: LogRecord): HeldLog {
  const { attributes, body, eventName, severityNumber, severityText, spanId, timeNs, traceId } =
    log;
  return {
    hrTime: hrTime(timeNs),
    hrTimeObserved: hrTime(timeNs),
    spanContext: { traceId, spanId, traceFlags: 1 },
    severityNumber,
    severityText,
    eventName,
    body,
    attributes,
    droppedAttributesCount: 0,
  };
}

function hrTime(ns: bigint): HrTime {
  return [Number(ns / 1_000_000_000n), Number(ns % 1_000_000_000n)];
}
