import { mkdtempSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import {
  ByteWriter,
  decodeLogs,
  decodeTraces,
  writeHeldLog,
  writeHeldSpan,
  type LogRecord,
  type Span,
} from "@throughline/core/otlp";

import type { Group } from "../../src/export/batch.ts";
import type { Chunk } from "../../src/export/chunk.ts";
import type { Leftover } from "../../src/journal/index.ts";

export function emptyFolder(): string {
  return mkdtempSync(join(tmpdir(), "throughline-journal-"));
}

/** The one writer's folder in there. */
export function writerFolder(root: string): string {
  const [name = ""] = readdirSync(root);
  return join(root, name);
}

export function group(signal: Group["signal"], service = "test"): Group {
  return {
    signal,
    resource: { attributes: { "service.name": service } },
    scope: { name: "scope" },
    writer: new ByteWriter(),
  };
}

/** 16 and 8 bytes of hex that begin with the number. */
export function key(number: number): string {
  return String(number).padStart(8, "0").padEnd(48, "a");
}

export function spanRecord(number: number, ended = true, size = 0): Uint8Array {
  const writer = new ByteWriter();
  writeHeldSpan(writer, {
    name: `span ${number}`,
    kind: 0,
    spanContext: () => ({
      traceId: key(number).slice(0, 32),
      spanId: key(number).slice(32),
      traceFlags: 1,
    }),
    startTime: [1_700_000_000, 5],
    endTime: ended ? [1_700_000_001, 0] : [0, 0],
    status: { code: 0 },
    attributes: { "session.id": "s", text: "x".repeat(size) },
    links: [],
    events: [],
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  });
  return writer.take();
}

export function logRecord(number: number): Uint8Array {
  const writer = new ByteWriter();
  writeHeldLog(writer, {
    hrTime: [1_700_000_000, 0],
    hrTimeObserved: [1_700_000_000, 0],
    body: `log ${number}`,
    attributes: {},
    droppedAttributesCount: 0,
  });
  return writer.take();
}

export interface Left {
  readonly spans: readonly Span[];
  readonly logs: readonly LogRecord[];
  readonly chunks: readonly Chunk[];
}

export function read(leftovers: Iterable<Leftover>): Left {
  const chunks = [...leftovers].flatMap((leftover) => leftover.chunks);
  return {
    chunks,
    spans: chunks
      .filter(({ signal }) => signal === "traces")
      .flatMap(({ body }) => decodeTraces(body).resourceSpans)
      .flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)),
    logs: chunks
      .filter(({ signal }) => signal === "logs")
      .flatMap(({ body }) => decodeLogs(body).resourceLogs)
      .flatMap(({ scopeLogs }) => scopeLogs.flatMap(({ logRecords }) => logRecords)),
  };
}
