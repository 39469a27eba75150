import { attr } from "@throughline/core";

import { createRedaction, type Redactor } from "../content/index.ts";
import { Journal } from "../journal/index.ts";
import { currentSettings } from "../settings.ts";
import { interruptOpenSteps } from "../step/open.ts";
import { newWriter } from "./batch.ts";
import { logEncoder, spanEncoder, type Encoder } from "./encoders.ts";
import { watchExits } from "./exits.ts";
import { LogProcessorFace, SpanProcessorFace } from "./faces.ts";
import { Tally, type Health } from "./health.ts";
import { Lane } from "./lane.ts";
import { Outbox } from "./outbox.ts";
import type { LogFace, ReadableLogRecord, ReadableSpan, SpanFace } from "./readable.ts";
import { Recovery } from "./recovery.ts";
import { settingsFrom, type SettingsOptions } from "./settings.ts";
import { upTo } from "./up-to.ts";

export interface DeliveryOptions extends SettingsOptions {
  /** A folder for the journal. Without one, what a SIGKILL finds in memory is lost. */
  readonly journal?: string;
  /** Disk space that the journal of one process may take; 64 MB. */
  readonly journalBytes?: number;
  /** Bytes of UTF-8 that one text may have before it is cut, with a mark; 65,536. */
  readonly maxValueBytes?: number;
  /** Has the last word on every text that leaves. */
  readonly redactor?: Redactor;
  /** How long the end of the process may wait for the collector; 2,000 ms. 0 leaves the ends of the process alone. */
  readonly exitWithinMs?: number;
}

const flushMs = 10_000;
/** A program without a collector ends half a second later, not two. */
const patienceAtExit = 3;

/**
 * From ended spans and emitted log records to an OTLP collector: span processor, log record processor and sender in one.
 *
 * `spans` and `logs` belong last in the host's lists. Every record is encoded the moment it ends; what waits is bytes.
 */
export class Delivery {
  readonly spans: SpanFace;
  readonly logs: LogFace;
  readonly #tally = new Tally();
  readonly #outbox: Outbox;
  readonly #spanLane: Lane<ReadableSpan>;
  readonly #logLane: Lane<ReadableLogRecord>;
  readonly #journal: Journal | undefined;
  readonly #recovery: Recovery | undefined;
  readonly #unwatch: () => void;
  #facesOpen = 2;

  constructor(options: DeliveryOptions = {}) {
    const settings = settingsFrom(options);
    const { capture, instanceId } = currentSettings();
    const { journal: folder, journalBytes: maxBytes = 64_000_000, redactor } = options;
    const { exitWithinMs = 2_000, maxValueBytes = 65_536 } = options;
    const defaults = { [attr.serviceInstanceId]: instanceId, [attr.contentCapture]: capture };
    const redaction = createRedaction({ capture, maxValueBytes, redactor });

    this.#journal = folder === undefined ? undefined : new Journal({ folder, maxBytes, defaults });
    this.#outbox = new Outbox(settings, this.#tally, this.#journal);
    const journal = this.#journal;
    const outbox = this.#outbox;
    const lane = {
      batchRecords: settings.batchRecords,
      defaults,
      tally: this.#tally,
      out: outbox.post.bind(outbox),
    };
    const encodeSpan = spanEncoder(redaction);
    const spans = new Lane<ReadableSpan>({
      ...lane,
      signal: "traces",
      delayMs: settings.traces.delayMs,
      encode: encodeSpan,
      written:
        journal && ((group, chunk, bytes, span) => journal.ended(group, chunk, keyOf(span), bytes)),
    });
    const logs = new Lane<ReadableLogRecord>({
      ...lane,
      signal: "logs",
      delayMs: settings.logs.delayMs,
      encode: logEncoder(redaction),
      written: journal && ((group, chunk, bytes) => journal.logged(group, chunk, bytes)),
    });
    this.#spanLane = spans;
    this.#logLane = logs;

    const face = { tally: this.#tally, flush: () => this.flush(), close: () => this.#faceClosed() };
    const begun = journal && journalStart(journal, spans, encodeSpan);
    this.spans = new SpanProcessorFace({ ...face, add: (span) => spans.add(span) }, begun);
    this.logs = new LogProcessorFace({ ...face, add: (record) => logs.add(record) });

    const hasRoom = (): boolean => outbox.bytes < settings.queueBytes / 2;
    this.#recovery =
      folder === undefined ? undefined : new Recovery({ folder, hasRoom, out: lane.out });
    this.#unwatch = this.#watchExits(exitWithinMs);
  }

  /** Resolves when everything that ended before is delivered or given up, or when the time is over. */
  async flush(withinMs: number = flushMs): Promise<void> {
    const delivered = async (): Promise<void> => {
      await Promise.all([this.#spanLane.drained(), this.#logLane.drained()]);
      await this.#outbox.emptied();
    };
    await upTo(withinMs, delivered());
  }

  /** Delivers what is there and takes nothing any more. */
  async shutdown(): Promise<void> {
    await Promise.all([this.spans.shutdown(), this.logs.shutdown()]);
  }

  health(): Health {
    const { accepted, sent, dropped, unsampled, postponed, retries } = this.#tally;
    const queue = { bytes: this.#outbox.bytes + this.#spanLane.bytes + this.#logLane.bytes };
    const journal = this.#journal && {
      bytes: this.#journal.bytes,
      recovered: this.#recovery?.recovered ?? 0,
      interrupted: this.#recovery?.interrupted ?? 0,
      forgotten: this.#journal.forgotten,
      failures: this.#journal.failures,
    };
    return structuredClone({
      accepted,
      sent,
      dropped,
      unsampled,
      postponed,
      retries,
      queue,
      journal,
    });
  }

  #watchExits(withinMs: number): () => void {
    if (withinMs === 0) return () => {};
    const cut = (): void => {
      this.#spanLane.cutNow();
      this.#logLane.cutNow();
    };
    return watchExits(
      {
        idle: () => this.#spanLane.empty && this.#logLane.empty && this.#outbox.empty,
        interrupt: interruptOpenSteps,
        flush: async (ms) => {
          cut();
          await upTo(ms, this.#outbox.emptied(patienceAtExit));
        },
        flushSync: (ms) => {
          cut();
          this.#outbox.deliverNow(ms);
        },
        ended: () => {
          cut();
          this.#outbox.close();
        },
      },
      withinMs,
    );
  }

  /** A host shuts its tracer and logger providers down one after the other; the second ends delivery. */
  #faceClosed(): void {
    if (--this.#facesOpen > 0) return;
    this.#recovery?.stop();
    this.#unwatch();
    this.#outbox.close();
  }
}

/** Puts a span into the journal as it begins; a span that can't be read yet is told, and counted, at its end. */
function journalStart(
  journal: Journal,
  lane: Lane<ReadableSpan>,
  encode: Encoder<ReadableSpan>,
): (span: ReadableSpan) => void {
  const scratch = newWriter();
  return (span) => {
    scratch.pos = 0;
    try {
      encode(scratch, span);
    } catch {
      return;
    }
    journal.opened(lane.group(span), keyOf(span), scratch.bytes.subarray(0, scratch.pos));
  };
}

function keyOf(span: ReadableSpan): string {
  const { traceId, spanId } = span.spanContext();
  return traceId + spanId;
}
