import { createRedaction, type RedactionOptions } from "../content/index.ts";
import type { Journal } from "../journal/index.ts";
import { newWriter, type ResourceDefaults } from "./batch.ts";
import type { Chunk } from "./chunk.ts";
import { logEncoder, spanEncoder, type Encoder } from "./encoders.ts";
import { LogProcessorFace, SpanProcessorFace } from "./faces.ts";
import type { Tally } from "./health.ts";
import { Lane } from "./lane.ts";
import type { LogFace, ReadableLogRecord, ReadableSpan, SpanFace } from "./readable.ts";
import type { DeliverySettings } from "./settings.ts";

export interface IntakeOptions {
  readonly settings: DeliverySettings;
  readonly redaction: RedactionOptions;
  readonly defaults: ResourceDefaults;
  readonly tally: Tally;
  readonly journal: Journal | undefined;
  readonly out: (chunk: Chunk) => void;
  readonly flush: () => Promise<void>;
  /** Told once, when both processors were shut down. */
  readonly closed: () => void;
}

/** From ended spans and emitted log records to chunks: a processor and a lane for each of the two. */
export class Intake {
  readonly spans: SpanFace;
  readonly logs: LogFace;
  readonly #spanLane: Lane<ReadableSpan>;
  readonly #logLane: Lane<ReadableLogRecord>;

  constructor(options: IntakeOptions) {
    const { settings, journal, tally, defaults, out } = options;
    const redaction = createRedaction(options.redaction);
    const encodeSpan = spanEncoder(redaction);
    const lane = { batchRecords: settings.batchRecords, defaults, tally, out };
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

    // A host shuts its tracer and logger providers down one after the other.
    let open = 2;
    const close = (): void => {
      if (--open === 0) options.closed();
    };
    const face = { tally, flush: options.flush, close };
    const begun = journal && journalStart(journal, spans, encodeSpan);
    this.spans = new SpanProcessorFace({ ...face, add: (span) => spans.add(span) }, begun);
    this.logs = new LogProcessorFace({ ...face, add: (record) => logs.add(record) });
  }

  get empty(): boolean {
    return this.#spanLane.empty && this.#logLane.empty;
  }

  get bytes(): number {
    return this.#spanLane.bytes + this.#logLane.bytes;
  }

  /** Resolves when everything taken so far is in a chunk. */
  async drained(): Promise<void> {
    await Promise.all([this.#spanLane.drained(), this.#logLane.drained()]);
  }

  /** The same at once, with whatever is known of the resources. */
  cutNow(): void {
    this.#spanLane.cutNow();
    this.#logLane.cutNow();
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
