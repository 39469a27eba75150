import { mkdirSync } from "node:fs";
import { readdir, stat, unlink } from "node:fs/promises";
import { join } from "node:path";

import { logFields, wireName } from "@throughline/core";

import { createRedaction, type Redaction, type Redactor } from "../content/index.ts";
import type { LogFace, ReadableLogRecord } from "../export/index.ts";
import { sayOnce } from "../health.ts";
import { currentSettings, sessionKey } from "../settings.ts";
import { errorMessage } from "../step/failure.ts";
import { fileNameOf } from "./file-name.ts";
import { FileWriter } from "./file-writer.ts";

export interface SessionLogFilesOptions {
  readonly folder: string;
  /** When a file becomes `NAME.jsonl.1` and the next one begins; 10 MB. */
  readonly maxFileBytes?: number;
  readonly maxOpenFiles?: number;
  /** Files that are kept; the ones nobody wrote to for longest go first. */
  readonly maxFiles?: number;
  /** Bytes of UTF-8 that one text may have before it is cut, with a mark. */
  readonly maxValueBytes?: number;
  /** Has the last word on every text. */
  readonly redactor?: Redactor;
}

/** Where records of no session go. No session's file can be called so. */
const ofNoSession = "_none";
const extension = ".jsonl";
const maxWaitingBytes = 4_000_000;
/** So many new files, and it is looked whether there are too many. */
const sweepEvery = 100;

/**
 * A file of JSON lines for each session, beside whatever else becomes of log records: `tail -f` of one conversation, without
 * a collector. Goes behind `SessionLogRecordProcessor`; content gate and redaction are the exporter's.
 */
export class SessionLogFiles implements LogFace {
  readonly #folder: string;
  readonly #maxFiles: number;
  readonly #redaction: Redaction;
  readonly #writer: FileWriter;
  #opened = 0;
  #dropped = 0;

  constructor(options: SessionLogFilesOptions) {
    const { folder, redactor, maxValueBytes = 65_536 } = options;
    this.#folder = folder;
    this.#maxFiles = options.maxFiles ?? 1_000;
    this.#redaction = createRedaction({
      capture: currentSettings().capture,
      maxValueBytes,
      redactor,
    });
    this.#writer = new FileWriter({
      maxFileBytes: options.maxFileBytes ?? 10_000_000,
      maxOpenFiles: options.maxOpenFiles ?? 32,
      maxWaitingBytes,
      opened: () => {
        this.#opened += 1;
        if (this.#opened % sweepEvery === 0) void this.#sweep();
      },
      failed: (error, lines) => this.#failed(error, lines),
    });
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
    } catch (error) {
      this.#failed(error, 0);
    }
  }

  /** Records that could not be written: no room, a full disk, no permission. */
  get dropped(): number {
    return this.#dropped;
  }

  /** The file of a session, there or not yet. */
  pathOf(sessionId: string): string {
    return join(this.#folder, `${fileNameOf(sessionId)}${extension}`);
  }

  onEmit(record: ReadableLogRecord): void {
    const sessionId = record.attributes[sessionKey("log")];
    const path =
      typeof sessionId === "string"
        ? this.pathOf(sessionId)
        : join(this.#folder, `${ofNoSession}${extension}`);
    try {
      if (this.#writer.add(path, `${lineOf(this.#redaction.log.clean(record))}\n`)) return;
      this.#dropped += 1;
    } catch (error) {
      this.#failed(error, 1);
    }
  }

  forceFlush(): Promise<void> {
    return this.#writer.flush();
  }

  async shutdown(): Promise<void> {
    await this.#writer.close();
    await this.#sweep();
  }

  #failed(error: unknown, records: number): void {
    this.#dropped += records;
    sayOnce(
      `session files in ${this.#folder}`,
      () => `a session's log file can't be written: ${errorMessage(error)}`,
    );
  }

  async #sweep(): Promise<void> {
    try {
      const names = (await readdir(this.#folder)).filter((name) => name.includes(extension));
      if (names.length <= this.#maxFiles) return;
      const files = await Promise.all(
        names.map(async (name) => {
          const path = join(this.#folder, name);
          return { path, writtenMs: (await stat(path)).mtimeMs };
        }),
      );
      files.sort((one, other) => one.writtenMs - other.writtenMs);
      for (const { path } of files.slice(0, files.length - this.#maxFiles)) await unlink(path);
    } catch (error) {
      // Another process sweeps the same folder, or nobody may.
      sayOnce(`sweep of ${this.#folder}`, () => errorMessage(error));
    }
  }
}

/** Everything by which a line is found stands flat, as in any other JSON log; the rest below `attributes`. */
function lineOf(record: Parameters<Redaction["log"]["clean"]>[0]): string {
  const { hrTime, severityText, eventName, body, spanContext } = record;
  const { profile } = currentSettings();
  const name = (field: string): string => wireName(profile, "field", field);
  const { [sessionKey("log")]: sessionId, ...attributes } = record.attributes;
  return JSON.stringify(
    {
      time: new Date(hrTime[0] * 1e3 + hrTime[1] / 1e6).toISOString(),
      level: severityText,
      event: eventName,
      message: body,
      [name(logFields.sessionId)]: sessionId,
      [name(logFields.traceId)]: spanContext?.traceId,
      [name(logFields.spanId)]: spanContext?.spanId,
      attributes,
    },
    plain,
  );
}

/** What JSON has no form for. */
function plain(_key: string, value: unknown): unknown {
  if (typeof value === "bigint") return value.toString();
  if (value instanceof Map) return Object.fromEntries(value);
  return value instanceof Uint8Array ? Buffer.from(value).toString("base64") : value;
}
