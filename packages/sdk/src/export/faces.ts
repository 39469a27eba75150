import { TraceFlags } from "@opentelemetry/api";

import { sessionKey } from "../settings.ts";
import type { Tally } from "./health.ts";
import type { LogFace, ReadableLogRecord, ReadableSpan, SpanFace } from "./readable.ts";

export interface FaceOptions<Record> {
  readonly tally: Tally;
  readonly add: (record: Record) => void;
  readonly flush: () => Promise<void>;
  readonly close: () => void;
}

/**
 * The last span processor of a host. It takes a span in `onEnd`, after every `onEnding`, so that whatever the processors
 * before it add is in the bytes.
 */
export class SpanProcessorFace implements SpanFace {
  readonly #options: FaceOptions<ReadableSpan>;
  readonly #begun: ((span: ReadableSpan) => void) | undefined;
  #closed = false;
  #ending: Promise<void> | undefined;

  constructor(options: FaceOptions<ReadableSpan>, begun?: (span: ReadableSpan) => void) {
    this.#options = options;
    this.#begun = begun;
  }

  onStart(span: ReadableSpan): void {
    if (this.#begun !== undefined && isSampled(span.spanContext())) this.#begun(span);
  }

  onEnd(span: ReadableSpan): void {
    const { tally, add } = this.#options;
    if (!isSampled(span.spanContext())) {
      tally.unsampled.traces++;
      return;
    }
    tally.accepted.traces++;
    if (this.#closed) tally.drop("closed", "traces", 1);
    else add(span);
  }

  forceFlush(): Promise<void> {
    return this.#options.flush();
  }

  shutdown(): Promise<void> {
    return (this.#ending ??= this.#end());
  }

  async #end(): Promise<void> {
    await this.#options.flush();
    this.#closed = true;
    this.#options.close();
  }
}

/** The last log record processor of a host. */
export class LogProcessorFace implements LogFace {
  readonly #options: FaceOptions<ReadableLogRecord>;
  #closed = false;
  #ending: Promise<void> | undefined;

  constructor(options: FaceOptions<ReadableLogRecord>) {
    this.#options = options;
  }

  onEmit(record: ReadableLogRecord): void {
    const { tally, add } = this.#options;
    if (isLeftOut(record)) {
      tally.unsampled.logs++;
      return;
    }
    tally.accepted.logs++;
    if (this.#closed) tally.drop("closed", "logs", 1);
    else add(record);
  }

  forceFlush(): Promise<void> {
    return this.#options.flush();
  }

  shutdown(): Promise<void> {
    return (this.#ending ??= this.#end());
  }

  async #end(): Promise<void> {
    await this.#options.flush();
    this.#closed = true;
    this.#options.close();
  }
}

function isSampled({ traceFlags }: { readonly traceFlags: number }): boolean {
  return (traceFlags & TraceFlags.SAMPLED) !== 0;
}

/** A session is sampled whole or not at all; records outside of sessions go out whatever the sampler says, as in OTel. */
function isLeftOut({ spanContext, attributes }: ReadableLogRecord): boolean {
  return (
    spanContext !== undefined &&
    !isSampled(spanContext) &&
    attributes[sessionKey("log")] !== undefined
  );
}
