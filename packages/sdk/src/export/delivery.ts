import { attr } from "@throughline/core";

import type { Redactor } from "../content/index.ts";
import { Journal } from "../journal/index.ts";
import { tellAnnounced } from "../plugins/unfinished.ts";
import { currentSettings } from "../settings.ts";
import { interruptOpenSteps } from "../step/open.ts";
import { watchExits } from "./exits.ts";
import { Tally, type Health } from "./health.ts";
import { Intake } from "./intake.ts";
import { Outbox } from "./outbox.ts";
import type { LogFace, SpanFace } from "./readable.ts";
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
  readonly #intake: Intake;
  readonly #outbox: Outbox;
  readonly #journal: Journal | undefined;
  readonly #recovery: Recovery | undefined;
  readonly #unwatch: () => void;

  constructor(options: DeliveryOptions = {}) {
    const settings = settingsFrom(options);
    const { capture, instanceId } = currentSettings();
    const { journal: folder, journalBytes: maxBytes = 64_000_000, redactor } = options;
    const { exitWithinMs = 2_000, maxValueBytes = 65_536 } = options;
    const defaults = { [attr.serviceInstanceId]: instanceId, [attr.contentCapture]: capture };

    const journal = folder === undefined ? undefined : new Journal({ folder, maxBytes, defaults });
    const outbox = new Outbox(settings, this.#tally, journal);
    const out = outbox.post.bind(outbox);
    this.#journal = journal;
    this.#outbox = outbox;
    this.#intake = new Intake({
      settings,
      redaction: { capture, maxValueBytes, redactor },
      defaults,
      tally: this.#tally,
      journal,
      out,
      flush: () => this.flush(),
      closed: () => this.#close(),
    });
    this.spans = this.#intake.spans;
    this.logs = this.#intake.logs;
    const hasRoom = (): boolean => outbox.bytes < settings.queueBytes / 2;
    this.#recovery = folder === undefined ? undefined : new Recovery({ folder, hasRoom, out });
    this.#unwatch = this.#watchExits(exitWithinMs);
  }

  /** Resolves when everything that ended before is delivered or given up, or when the time is over. */
  async flush(withinMs: number = flushMs): Promise<void> {
    tellAnnounced();
    const delivered = async (): Promise<void> => {
      await this.#intake.drained();
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
    const queue = { bytes: this.#outbox.bytes + this.#intake.bytes };
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
    const intake = this.#intake;
    const outbox = this.#outbox;
    return watchExits(
      {
        idle: () => intake.empty && outbox.empty,
        interrupt: interruptOpenSteps,
        flush: async (ms) => {
          intake.cutNow();
          await upTo(ms, outbox.emptied(patienceAtExit));
        },
        flushSync: (ms) => {
          intake.cutNow();
          outbox.deliverNow(ms);
        },
        ended: () => {
          intake.cutNow();
          outbox.close();
        },
      },
      withinMs,
    );
  }

  #close(): void {
    this.#recovery?.stop();
    this.#unwatch();
    this.#outbox.close();
  }
}
