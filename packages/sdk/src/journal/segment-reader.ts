import { readFileSync, statSync } from "node:fs";

import { attr } from "@throughline/core";
import { ByteWriter, encodeHeldResource, joinRequest, writeRecord } from "@throughline/core/otlp";

import { nextChunkId, type Chunk, type Signal } from "../export/chunk.ts";
import { frameKinds, readFrames, type Frame } from "./frame.ts";

/** What has to be known of all segments of a writer before the first can be judged. */
export interface Survey {
  readonly settled: ReadonlySet<number>;
  /** Spans that never ended, and in which segment their last start frame stands. */
  readonly open: ReadonlyMap<string, number>;
  readonly lastAliveMs: number;
}

/** What one segment of a process that is gone still had to say. */
export interface Leftover {
  readonly chunks: readonly Chunk[];
  readonly recovered: number;
  readonly interrupted: number;
}

/** A segment is a megabyte and a record; what is much larger is none of ours. */
const largestSegment = 16_000_000;

export function survey(paths: readonly string[]): Survey {
  const settled = new Set<number>();
  const open = new Map<string, number>();
  let lastAliveMs = 0;
  for (const [index, path] of paths.entries()) {
    for (const { kind, payload } of framesOf(path)) {
      if (kind === frameKinds.settled) settled.add(payload.readUInt32LE(0));
      else if (kind === frameKinds.alive) lastAliveMs = Math.max(lastAliveMs, timeAt(payload, 0));
      else if (kind === frameKinds.span) open.delete(payload.toString("hex", 8, 32));
      else if (kind === frameKinds.open) {
        open.set(payload.toString("hex", 12, 36), index);
        lastAliveMs = Math.max(lastAliveMs, timeAt(payload, 4));
      }
    }
  }
  return { settled, open, lastAliveMs };
}

interface LeftGroup {
  readonly resource: Uint8Array;
  readonly scope: Uint8Array;
  readonly schemaUrl: string;
  readonly scopeSchemaUrl: string;
  readonly traces: Uint8Array[];
  readonly logs: Uint8Array[];
}

export function readSegment(path: string, index: number, all: Survey): Leftover {
  const groups = new Map<number, LeftGroup>();
  const interrupted = new Set<string>();
  let recovered = 0;
  for (const { kind, payload } of framesOf(path)) {
    if (kind === frameKinds.group) {
      const id = payload.readUInt32LE(0);
      // Described again once its resource is complete: what it has stays, the description is the new one.
      groups.set(id, { traces: [], logs: [], ...groups.get(id), ...readGroup(payload) });
    } else if (kind === frameKinds.span && !all.settled.has(payload.readUInt32LE(0))) {
      groups.get(payload.readUInt32LE(4))?.traces.push(payload.subarray(32));
      recovered++;
    } else if (kind === frameKinds.log && !all.settled.has(payload.readUInt32LE(0))) {
      groups.get(payload.readUInt32LE(4))?.logs.push(payload.subarray(8));
      recovered++;
    } else if (kind === frameKinds.open) {
      const key = payload.toString("hex", 12, 36);
      if (all.open.get(key) !== index || interrupted.has(key)) continue;
      interrupted.add(key);
      const endMs = Math.max(all.lastAliveMs, timeAt(payload, 4)) + 1;
      groups
        .get(payload.readUInt32LE(0))
        ?.traces.push(interruptedSpan(payload.subarray(36), endMs));
    }
  }
  const chunks = (["traces", "logs"] as const)
    .map((signal) => request(signal, [...groups.values()]))
    .filter(({ records }) => records > 0);
  return { chunks, recovered, interrupted: interrupted.size };
}

function request(signal: Signal, groups: readonly LeftGroup[]): Chunk {
  const parts = groups.filter((group) => group[signal].length > 0);
  const body = joinRequest(
    parts.map(({ resource, schemaUrl, scope, scopeSchemaUrl, [signal]: records }) => ({
      resource,
      schemaUrl,
      scopes: [{ scope, schemaUrl: scopeSchemaUrl, records }],
    })),
  );
  const records = parts.reduce((sum, group) => sum + group[signal].length, 0);
  return { signal, id: nextChunkId(), records, body };
}

/** Four parts with their lengths: resource, scope, and the schema URLs of both. */
function readGroup(payload: Buffer): Omit<LeftGroup, Signal> {
  let at = 4;
  const part = (): Buffer => {
    const end = at + 4 + payload.readUInt32LE(at);
    const bytes = payload.subarray(at + 4, end);
    at = end;
    return bytes;
  };
  const [resource, scope, schemaUrl, scopeSchemaUrl] = [part(), part(), part(), part()];
  return {
    resource,
    scope,
    schemaUrl: schemaUrl.toString(),
    scopeSchemaUrl: scopeSchemaUrl.toString(),
  };
}

/** The attribute as a field of a resource, made one of a span by its tag: `attributes` is 1 there and 9 here. */
const outcome = encodeHeldResource({ [attr.outcome]: "interrupted" });
outcome[0] = 0x4a;

/** A start frame holds a whole span message whose end is 0. Fields that follow are merged into it, the last one wins. */
function interruptedSpan(field: Buffer, endMs: number): Uint8Array {
  const message = new ByteWriter(field.length + 64);
  message.raw(field.subarray(1 + lengthSize(field)));
  message.raw(outcome);
  message.byte(0x41);
  message.fixed64(BigInt(endMs) * 1_000_000n);
  const record = new ByteWriter(message.pos + 8);
  writeRecord(record, message.take());
  return record.take();
}

/** Bytes of the length after the tag. */
function lengthSize(field: Buffer): number {
  let size = 1;
  while (size < 5 && (field[size] ?? 0) > 127) size++;
  return size;
}

function timeAt(payload: Buffer, at: number): number {
  return payload.readUInt32LE(at) * 1_000 + payload.readUInt32LE(at + 4);
}

function framesOf(path: string): Iterable<Frame> {
  try {
    return statSync(path).size > largestSegment ? [] : readFrames(readFileSync(path));
  } catch {
    return [];
  }
}
