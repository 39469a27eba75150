/**
 * The frame of an export request, the same for every signal: resources hold scopes hold records.
 *
 * Broken framing fails the whole request. A record that is broken or has no valid id is left out, reported, and the rest is
 * read: its bytes are fenced by their length, so they can do no harm to their neighbours.
 */
import { type DecodeLimits, limitsOf } from "../limits.ts";
import type { Resource, Scope } from "../model.ts";
import { OtlpError } from "../otlp-error.ts";
import { ProtoReader } from "../wire/reader.ts";
import { emptyResource, emptyScope, type Filling, readResource, readScope } from "./common.ts";

export interface DecodeOptions extends Partial<DecodeLimits> {
  /** Told of every record that is left out, and why. */
  readonly onRejected?: (error: OtlpError) => void;
}

export interface ScopeGroup<T> {
  readonly scope: Scope | undefined;
  readonly records: readonly T[];
  readonly schemaUrl: string;
}

export interface ResourceGroup<T> {
  readonly resource: Resource | undefined;
  readonly scopes: readonly ScopeGroup<T>[];
  readonly schemaUrl: string;
}

type ReadRecord<T> = (r: ProtoReader) => T;

export function readRequest<T>(
  bytes: Uint8Array,
  options: DecodeOptions | undefined,
  readRecord: ReadRecord<T>,
): ResourceGroup<T>[] {
  const r = new ProtoReader(bytes, limitsOf(options));
  const groups: ResourceGroup<T>[] = [];
  while (r.more()) {
    const tag = r.tag();
    if (tag === 0x0a) groups.push(readResourceGroup(r, options, readRecord));
    else r.skip(tag);
  }
  return groups;
}

function readResourceGroup<T>(
  r: ProtoReader,
  options: DecodeOptions | undefined,
  readRecord: ReadRecord<T>,
): ResourceGroup<T> {
  let resource: Filling<Resource> | undefined;
  const scopes: ScopeGroup<T>[] = [];
  let schemaUrl = "";
  const outer = r.enter();
  while (r.more()) {
    const tag = r.tag();
    if (tag === 0x0a) readResource(r, (resource ??= emptyResource()));
    else if (tag === 0x12) scopes.push(readScopeGroup(r, options, readRecord));
    else if (tag === 0x1a) schemaUrl = r.text();
    else r.skip(tag);
  }
  r.leave(outer);
  return { resource, scopes, schemaUrl };
}

function readScopeGroup<T>(
  r: ProtoReader,
  options: DecodeOptions | undefined,
  readRecord: ReadRecord<T>,
): ScopeGroup<T> {
  let scope: Filling<Scope> | undefined;
  const records: T[] = [];
  let schemaUrl = "";
  const outer = r.enter();
  while (r.more()) {
    const tag = r.tag();
    if (tag === 0x0a) readScope(r, (scope ??= emptyScope()));
    else if (tag === 0x12) readFenced(r, options, readRecord, records);
    else if (tag === 0x1a) schemaUrl = r.text();
    else r.skip(tag);
  }
  r.leave(outer);
  return { scope, records, schemaUrl };
}

function readFenced<T>(
  r: ProtoReader,
  options: DecodeOptions | undefined,
  readRecord: ReadRecord<T>,
  into: T[],
): void {
  const outer = r.enter();
  const start = r.pos;
  const end = r.limit;
  try {
    into.push(readRecord(r));
  } catch (error) {
    if (!(error instanceof OtlpError)) throw error;
    if (++r.rejected > r.limits.maxRejected) r.fail("rejections", start);
    options?.onRejected?.(error);
  }
  r.depth = 0;
  r.pos = end;
  r.leave(outer);
}
