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

const SPAN_COLUMNS =
  "id, trace, start, duration, name, kind, status, origin, flags, span_id, parent_id, step, operation, provider, model, tool, agent";
const METER_COLUMNS = "input, output, cache_read, cache_write, reasoning, cost";
const LOG_COLUMNS =
  "id, trace, time, severity, event, origin, flags, stands, step, model, tool, agent, span_id";

/** The narrow rows, one a record. Binding a null costs as much as a value, so tokens are bound only where there are any. */
export class Rows {
  readonly #words: Words;
  readonly #span: StatementSync;
  readonly #meteredSpan: StatementSync;
  readonly #log: StatementSync;
  readonly #meteredLog: StatementSync;

  constructor(db: DatabaseSync, words: Words) {
    this.#words = words;
    const insert = (table: string, columns: string): StatementSync =>
      db.prepare(`insert into ${table} (${columns}) values (${columns.replaceAll(/\w+/g, "?")})`);
    this.#span = insert("span", SPAN_COLUMNS);
    this.#meteredSpan = insert("span", `${SPAN_COLUMNS}, ${METER_COLUMNS}`);
    this.#log = insert("log", LOG_COLUMNS);
    this.#meteredLog = insert("log", `${LOG_COLUMNS}, ${METER_COLUMNS}`);
  }

  span(span: SkimmedSpan, bytes: Buffer, step: StepRow | undefined, placed: Placed): void {
    const { parentIdAt, spanIdAt } = span;
    const words = this.#words;
    const row: Row = [
      placed.id,
      placed.trace,
      span.startMicros,
      span.endMicros - span.startMicros,
      words.name(span.name),
      span.kind,
      span.statusCode,
      placed.origin,
      placed.flags,
      copied(bytes, spanIdAt, SPAN_ID),
      parentIdAt < 0 ? null : copied(bytes, parentIdAt, PARENT_ID),
      step === undefined ? null : stepKinds.indexOf(step.step),
      words.of(step?.operation),
      words.of(step?.provider),
      words.of(step?.model),
      words.of(step?.tool),
      words.of(step?.agent),
    ];
    if (placed.meter === undefined) this.#span.run(...row);
    else this.#meteredSpan.run(...withMeter(row, placed.meter));
  }

  log(
    log: SkimmedLog,
    bytes: Buffer,
    { announced, eventName, reading }: ReadLog,
    placed: Placed,
  ): void {
    const words = this.#words;
    const row: Row = [
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
      log.spanIdAt < 0 ? null : copied(bytes, log.spanIdAt, SPAN_ID),
    ];
    if (placed.meter === undefined) this.#log.run(...row);
    else this.#meteredLog.run(...withMeter(row, placed.meter));
  }
}

type Row = (number | null | Uint8Array)[];

// SQLite copies what it is given, so two small buffers serve all rows: a view of the request costs 150 ns each.
const SPAN_ID = Buffer.alloc(8);
const PARENT_ID = Buffer.alloc(8);

function copied(bytes: Buffer, at: number, id: Buffer): Buffer {
  for (let i = 0; i < 8; i++) id[i] = bytes[at + i]!;
  return id;
}

function withMeter(row: Row, { cost, tokens }: Meter): Row {
  row.push(
    tokens.input,
    tokens.output,
    tokens.cache_read,
    tokens.cache_write,
    tokens.reasoning,
    cost,
  );
  return row;
}
