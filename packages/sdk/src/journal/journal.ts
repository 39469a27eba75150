import { rmSync, utimesSync } from "node:fs";

import { encodeHeldResource, encodeHeldScope } from "@throughline/core/otlp";

import type { Group, ResourceDefaults } from "../export/batch.ts";
import { quietly } from "../export/quiet.ts";
import { FrameBuilder, frameKinds, type Part } from "./frame.ts";
import { Retention } from "./retention.ts";
import { SegmentFiles } from "./segments.ts";

export interface JournalOptions {
  /** The folder that all processes of an application share; each writes in one of its own below. */
  readonly folder: string;
  /** Disk space this process may use. */
  readonly maxBytes: number;
  /** When a segment is full and the next one begins; a megabyte. */
  readonly segmentBytes?: number;
  readonly defaults: ResourceDefaults;
}

interface Opened {
  readonly group: Group;
  readonly record: Uint8Array;
}

const usualSegmentBytes = 1_000_000;
const aliveMs = 1_000;
const utf8 = new TextEncoder();

/**
 * What has ended and is not acknowledged, and what is still open, on disk at every moment.
 *
 * Each record is one `write(2)` before its `end()` returns, 0.8 µs for 400 bytes: from then on the kernel has it, whatever
 * becomes of this process. No fsync: it does not outlive a power cut of the machine.
 */
export class Journal {
  readonly #options: JournalOptions;
  readonly #files: SegmentFiles;
  readonly #frames = new FrameBuilder();
  readonly #retention = new Retention();
  /** Begun and not ended: every new segment starts with these, so that old ones can go. */
  readonly #open = new Map<string, Opened>();
  readonly #alive: NodeJS.Timeout;
  #openBytes = 0;
  #bytes = 0;
  /** Groups described in the current segment; false while their resource was not complete. */
  readonly #groups = new Map<Group, { readonly id: number; readonly complete: boolean }>();
  #broken = false;
  #closed = false;
  #forgotten = 0;

  constructor(options: JournalOptions) {
    this.#options = options;
    this.#files = new SegmentFiles(options.folder);
    this.#alive = quietly(() => setInterval(() => this.#beat(), aliveMs)).unref();
  }

  get bytes(): number {
    return this.#retention.bytes;
  }

  get failures(): number {
    return this.#files.failures;
  }

  get forgotten(): number {
    return this.#forgotten;
  }

  /** A span began; `record` is what is known of it, as a field of its scope's list. */
  opened(group: Group, key: string, record: Uint8Array): void {
    const opened = { group, record: record.slice() };
    this.#open.set(key, opened);
    this.#openBytes += record.length;
    if (this.#ready()) this.#appendOpened(key, opened);
  }

  ended(group: Group, chunk: number, key: string, record: Uint8Array): void {
    // Still open while a new segment begins: it must not be in neither form at any moment.
    if (this.#ready()) {
      const id = this.#describe(group);
      this.#append(frameKinds.span, [chunk, id, Buffer.from(key, "hex"), record], chunk);
    }
    const opened = this.#open.get(key);
    if (opened === undefined) return;
    this.#open.delete(key);
    this.#openBytes -= opened.record.length;
  }

  logged(group: Group, chunk: number, record: Uint8Array): void {
    if (!this.#ready()) return;
    const id = this.#describe(group);
    this.#append(frameKinds.log, [chunk, id, record], chunk);
  }

  /** The collector has the chunk, or will never take it. */
  settled(chunk: number): void {
    if (this.#files.open) this.#append(frameKinds.settled, [chunk]);
    this.#retention.settle(chunk);
  }

  /** Leaves on disk only what is not acknowledged; a clean end leaves nothing. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#alive);
    this.#files.close();
    if (this.#retention.seal() && this.#files.folder !== "") {
      rmSync(this.#files.folder, { recursive: true, force: true });
    }
  }

  /** Whether a segment with room is open. */
  #ready(): boolean {
    if (this.#closed || this.#broken) return false;
    const { segmentBytes = usualSegmentBytes } = this.#options;
    const full = this.#bytes >= Math.max(segmentBytes, this.#openBytes * 4);
    if (this.#files.open && !full) return true;
    const path = this.#files.next();
    this.#broken = path === undefined;
    if (path === undefined) return false;
    this.#retention.add(path);
    this.#bytes = 0;
    this.#groups.clear();
    for (const [key, opened] of this.#open) this.#appendOpened(key, opened);
    // Only now is nothing lost with the segments before this one.
    this.#retention.sweep();
    this.#shrink();
    return this.#files.open;
  }

  #shrink(): void {
    while (this.#retention.bytes > this.#options.maxBytes) {
      const forgotten = this.#retention.forgetOldest();
      if (forgotten === undefined) return;
      this.#forgotten += forgotten;
    }
  }

  #appendOpened(key: string, { group, record }: Opened): void {
    const id = this.#describe(group);
    this.#append(frameKinds.open, [id, ...now(), Buffer.from(key, "hex"), record]);
  }

  #append(kind: number, parts: readonly Part[], chunk?: number): void {
    const frame = this.#frames.build(kind, parts);
    // A full disk is tried again with the next beat, not with every record.
    if (!this.#files.append(frame)) this.#broken = true;
    this.#bytes += frame.length;
    this.#retention.grow(frame.length, chunk);
  }

  /** The number of a group in the current segment; each segment can be read without the ones before it. */
  #describe(group: Group): number {
    const known = this.#groups.get(group);
    const complete = group.resource.asyncAttributesPending !== true;
    if (known?.complete === complete || known?.complete === true) return known.id;
    const id = known?.id ?? this.#groups.size;
    const { resource, scope } = group;
    const parts = [
      encodeHeldResource({ ...this.#options.defaults, ...resource.attributes }),
      encodeHeldScope(scope),
      utf8.encode(resource.schemaUrl ?? ""),
      utf8.encode(scope.schemaUrl ?? ""),
    ];
    this.#groups.set(group, { id, complete });
    this.#append(frameKinds.group, [id, ...parts.flatMap((part) => [part.length, part])]);
    return id;
  }

  /** So that open work can be given an end close to the true one, and a writer elsewhere is known to live. */
  #beat(): void {
    this.#broken = false;
    if (!this.#files.open) return;
    if (this.#open.size > 0) this.#append(frameKinds.alive, now());
    try {
      const time = new Date();
      utimesSync(this.#files.folder, time, time);
    } catch {
      // Gone: the next segment makes a new folder.
    }
  }
}

/** Seconds and milliseconds. */
function now(): [number, number] {
  const ms = Date.now();
  return [Math.floor(ms / 1_000), ms % 1_000];
}
