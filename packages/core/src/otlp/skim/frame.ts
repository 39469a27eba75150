import { OtlpError } from "../otlp-error.ts";
import { textPool } from "../wire/text.ts";
import type { Promoted, PromotedValue } from "./promoted.ts";
import type { Scan } from "./scan.ts";
import { RESOURCE, SCOPE } from "./shapes.ts";

/** What a run of records has in common. One object per scope of a request; it may be kept. */
export interface SkimmedGroup {
  /** The Resource message, part of the request's bytes; empty when there is none. */
  readonly resource: Uint8Array;
  readonly resourceSchemaUrl: string;
  /** By index of the `resourceAttributes` asked for. */
  readonly resourceValues: readonly PromotedValue[];
  /** The InstrumentationScope message, part of the request's bytes; empty when there is none. */
  readonly scope: Uint8Array;
  readonly scopeName: string;
  readonly scopeVersion: string;
  readonly scopeSchemaUrl: string;
}

/** Throws unless the frames of the request, its resources and its scopes are well-formed: nothing was reported by then. */
export function checkFrames(scan: Scan): void {
  if (!checkLevel(scan, 0, scan.bytes.length, 0)) throw new OtlpError(scan.fault, scan.at);
}

/** 0 is the request, 1 a resource's records, 2 a scope's records. */
function checkLevel(scan: Scan, start: number, end: number, level: 0 | 1 | 2): boolean {
  let pos = start;
  while (pos < end) {
    const tag = scan.tag(pos, end);
    if (tag < 0) return false;
    pos = scan.at;
    const stop = scan.skip(tag, pos, end);
    if (stop < 0) return false;
    if (tag === 0x0a || (tag === 0x12 && level === 1)) {
      scan.open(pos, end);
      const from = scan.at;
      const good =
        tag === 0x12
          ? checkLevel(scan, from, stop, 2)
          : level === 0
            ? checkLevel(scan, from, stop, 1)
            : scan.check(level === 1 ? RESOURCE : SCOPE, from, stop);
      if (!good) return false;
    }
    pos = stop;
  }
  return true;
}

export type OnRecord = (start: number, end: number, group: SkimmedGroup) => void;

/** Walks the records of a request whose frames were checked. */
export function walkFrames(scan: Scan, resourceKeys: Promoted, onRecord: OnRecord): void {
  eachField(scan, 0, scan.bytes.length, (tag, start, end) => {
    if (tag === 0x0a) walkResource(scan, resourceKeys, start, end, onRecord);
  });
}

function walkResource(
  scan: Scan,
  resourceKeys: Promoted,
  start: number,
  end: number,
  onRecord: OnRecord,
): void {
  const { message: resource, schemaUrl } = readHead(scan, start, end);
  resourceKeys.clear();
  eachField(scan, start, end, (tag, from, to) => {
    if (tag !== 0x0a) return;
    eachField(scan, from, to, (inner, at, stop) => {
      if (inner === 0x0a) resourceKeys.read(at, stop);
    });
  });
  const resourceValues = resourceKeys.values.slice();
  eachField(scan, start, end, (tag, from, to) => {
    if (tag !== 0x12) return;
    const head = readHead(scan, from, to);
    let scopeName = "";
    let scopeVersion = "";
    eachField(scan, from, to, (inner, at, stop) => {
      if (inner !== 0x0a) return;
      eachField(scan, at, stop, (field, textStart, textEnd) => {
        if (field === 0x0a) scopeName = textPool.text(scan.bytes, textStart, textEnd);
        else if (field === 0x12) scopeVersion = textPool.text(scan.bytes, textStart, textEnd);
      });
    });
    const group: SkimmedGroup = {
      resource,
      resourceSchemaUrl: schemaUrl,
      resourceValues,
      scope: head.message,
      scopeName,
      scopeVersion,
      scopeSchemaUrl: head.schemaUrl,
    };
    eachField(scan, from, to, (inner, at, stop) => {
      if (inner === 0x12) onRecord(at, stop, group);
    });
  });
}

/** Resource and schema URL may stand behind the records, and come in pieces: protobuf joins pieces end to end. */
function readHead(
  scan: Scan,
  start: number,
  end: number,
): { message: Uint8Array; schemaUrl: string } {
  const pieces: Uint8Array[] = [];
  let schemaUrl = "";
  eachField(scan, start, end, (tag, from, to) => {
    if (tag === 0x0a) pieces.push(scan.bytes.subarray(from, to));
    else if (tag === 0x1a) schemaUrl = textPool.text(scan.bytes, from, to);
  });
  return { message: pieces.length === 1 ? pieces[0]! : joined(pieces), schemaUrl };
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

/** Calls with the content of each length-delimited field, in bytes known to be well-formed. */
function eachField(
  scan: Scan,
  start: number,
  end: number,
  use: (tag: number, start: number, end: number) => void,
): void {
  let pos = start;
  while (pos < end) {
    const tag = scan.tag(pos, end);
    const at = scan.at;
    const stop = scan.skip(tag, at, end);
    if ((tag & 7) === 2) use(tag, scan.at, stop);
    pos = stop;
  }
}
