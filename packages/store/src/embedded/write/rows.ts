import type { DatabaseSync, StatementSync } from "node:sqlite";
import { stepKinds } from "@throughline/core";
import type { StepRow } from "@throughline/core/dialects";
import type { SkimmedLog, SkimmedSpan } from "@throughline/core/otlp";
import type { Meter } from "@throughline/core/session";
import { LOG_MEANINGS } from "../schema/codes.ts";
import type { ReadLog } from "./readings.ts";
import type { Words } from "./words.ts";

/** Where a record lies, and what is known of it beyond its own bytes. */
export interface Placed {
  readonly id: number;
  readonly trace: number | null;
  readonly origin: number;
  readonly flags: number;
  readonly meter: Meter | undefined;
}

/** The narrow rows, one a record. */
export class Rows {
  readonly #words: Words;
  readonly #span: StatementSync;
  readonly #log: StatementSync;

  constructor(db: DatabaseSync, words: Words) {
    this.#words = words;
    this.#span = db.prepare(`insert into span values (${placeholders(23)})`);
    this.#log = db.prepare(`insert into log values (${placeholders(19)})`);
  }

  span(span: SkimmedSpan, step: StepRow | undefined, placed: Placed): void {
    const { bytes, parentIdAt, spanIdAt } = span;
    const words = this.#words;
    const tokens = placed.meter?.tokens;
    this.#span.run(
      placed.id,
      placed.trace,
      span.startMicros,
      span.endMicros - span.startMicros,
      words.name(span.name),
      span.kind,
      span.statusCode,
      placed.origin,
      placed.flags,
      step === undefined ? null : stepKinds.indexOf(step.step),
      words.of(step?.operation),
      words.of(step?.provider),
      words.of(step?.model),
      words.of(step?.tool),
      words.of(step?.agent),
      tokens?.input ?? null,
      tokens?.output ?? null,
      tokens?.cache_read ?? null,
      tokens?.cache_write ?? null,
      tokens?.reasoning ?? null,
      placed.meter?.cost ?? null,
      bytes.subarray(spanIdAt, spanIdAt + 8),
      parentIdAt < 0 ? null : bytes.subarray(parentIdAt, parentIdAt + 8),
    );
  }

  log(log: SkimmedLog, { announced, eventName, reading }: ReadLog, placed: Placed): void {
    const { bytes, spanIdAt } = log;
    const words = this.#words;
    const tokens = placed.meter?.tokens;
    this.#log.run(
      placed.id,
      placed.trace,
      log.timeMicros,
      log.severityNumber,
      eventName === "" ? null : words.name(eventName),
      placed.origin,
      placed.flags,
      reading === undefined ? null : LOG_MEANINGS.indexOf(reading.stands),
      announced === undefined ? null : stepKinds.indexOf(announced),
      words.of(reading?.model),
      words.of(reading?.tool),
      words.of(reading?.agent),
      tokens?.input ?? null,
      tokens?.output ?? null,
      tokens?.cache_read ?? null,
      tokens?.cache_write ?? null,
      tokens?.reasoning ?? null,
      placed.meter?.cost ?? null,
      spanIdAt < 0 ? null : bytes.subarray(spanIdAt, spanIdAt + 8),
    );
  }
}

function placeholders(count: number): string {
  return Array.from({ length: count }, () => "?").join(", ");
}
