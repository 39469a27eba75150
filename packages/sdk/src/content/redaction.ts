import {
  argumentsFingerprint,
  attr,
  bytesMayHoldSecret,
  redact,
  type ContentCapture,
} from "@throughline/core";
import type {
  HeldAttributes,
  HeldEvent,
  HeldLink,
  HeldLog,
  HeldSpan,
} from "@throughline/core/otlp";

import { logWith, spanWith } from "./changed.ts";
import { contentKind, isContentEvent } from "./content-keys.ts";

/** The host's own rule, after ours: gives the text that may leave. Throwing masks the whole value. */
export type Redactor = (text: string, key: string) => string;

export interface RedactionOptions {
  readonly capture: ContentCapture;
  /** Bytes of UTF-8 one text value may have. */
  readonly maxValueBytes: number;
  readonly redactor: Redactor | undefined;
}

/** For one kind of record. */
export interface Rule<Held> {
  /** Whether its keys hold nothing that must stay; what its texts say is another question. */
  readonly allowed: (held: Held) => boolean;
  /** What may leave: the same object when nothing has to change. */
  readonly clean: (held: Held) => Held;
}

/** What may leave the process or reach a disk: one redaction for spans, log records, the journal and files. */
export interface Redaction {
  readonly span: Rule<HeldSpan>;
  readonly log: Rule<HeldLog>;
  /** One value of a log line or file. */
  readonly text: (text: string, key: string) => string;
  /**
   * Whether the bytes of an allowed record are innocent as they are. One look over them is cheaper than cleaning its values,
   * and nearly always says yes.
   */
  readonly innocent: (bytes: Uint8Array, start: number, end: number) => boolean;
}

/** Deeper values become this mark: what can't be looked at does not leave. */
const tooDeep = "[masked:too-deep]";
const maxDepth = 16;

export function createRedaction(options: RedactionOptions): Redaction {
  const { capture, maxValueBytes, redactor } = options;
  const withContent = {
    span: capture === "span" || capture === "both",
    log: capture === "event" || capture === "both",
  };

  function text(value: string, key: string): string {
    const redacted = redact(value, maxValueBytes);
    if (redactor === undefined) return redacted;
    try {
      const answer: unknown = redactor(redacted, key);
      return typeof answer === "string" ? answer : "[masked:redactor]";
    } catch {
      return "[masked:redactor]";
    }
  }

  function any(value: unknown, key: string, depth = 0): unknown {
    if (typeof value === "string") return text(value, key);
    if (typeof value !== "object" || value === null || value instanceof Uint8Array) return value;
    if (depth >= maxDepth) return tooDeep;
    if (Array.isArray(value)) return list(value, key, depth);
    return value instanceof Map ? map(value, key, depth) : object(value, key, depth);
  }

  function list(values: readonly unknown[], key: string, depth: number): readonly unknown[] {
    const changed = values.map((value) => any(value, key, depth + 1));
    return changed.some((value, i) => value !== values[i]) ? changed : values;
  }

  function map(values: Map<unknown, unknown>, key: string, depth: number): Map<unknown, unknown> {
    return new Map([...values].map(([name, value]) => [name, any(value, key, depth + 1)]));
  }

  function object(values: object, key: string, depth: number): object {
    const changed: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
    let same = true;
    for (const [name, value] of Object.entries(values)) {
      changed[name] = any(value, key, depth + 1);
      same &&= changed[name] === value;
    }
    return same ? values : changed;
  }

  function attributes(values: HeldAttributes, content: boolean): HeldAttributes {
    let changed: Record<string, unknown> | undefined;
    for (const key in values) {
      if (!Object.hasOwn(values, key)) continue;
      const value = values[key];
      const kind = content ? "none" : contentKind(key);
      if (kind === "none") {
        if (typeof value !== "string" && typeof value !== "object") continue;
        const redacted = any(value, key);
        if (redacted === value) continue;
        changed ??= copy(values);
        changed[key] = redacted;
      } else {
        changed ??= copy(values);
        delete changed[key];
        if (kind === "arguments") fingerprint(changed, value);
      }
    }
    return changed ?? values;
  }

  function event(held: HeldEvent): HeldEvent {
    const values = held.attributes;
    const redacted = values && attributes(values, withContent.span);
    return redacted === values ? held : { ...held, attributes: redacted };
  }

  function link(held: HeldLink): HeldLink {
    const values = held.attributes;
    const redacted = values && attributes(values, withContent.span);
    return redacted === values ? held : { ...held, attributes: redacted };
  }

  function span(held: HeldSpan): HeldSpan {
    const changes = {
      name: text(held.name, "name"),
      attributes: attributes(held.attributes, withContent.span),
      events: each(held.events, event),
      links: each(held.links, link),
      status: status(held.status),
    };
    const same =
      changes.name === held.name &&
      changes.attributes === held.attributes &&
      changes.events === held.events &&
      changes.links === held.links &&
      changes.status === held.status;
    return same ? held : spanWith(held, changes);
  }

  function status(held: HeldSpan["status"]): HeldSpan["status"] {
    if (held.message === undefined || held.message === "") return held;
    const message = text(held.message, "status");
    return message === held.message ? held : { ...held, message };
  }

  function log(held: HeldLog): HeldLog {
    const changed = attributes(held.attributes, withContent.log);
    const keepsBody = withContent.log || !isContentEvent(held.eventName);
    const body = keepsBody ? any(held.body, "body") : undefined;
    return changed === held.attributes && body === held.body
      ? held
      : logWith(held, { attributes: changed, body });
  }

  function innocent(bytes: Uint8Array, start: number, end: number): boolean {
    return (
      redactor === undefined &&
      end - start <= maxValueBytes &&
      !bytesMayHoldSecret(bytes, start, end)
    );
  }

  return {
    span: {
      allowed: (held) =>
        withContent.span ||
        !(
          holdsContent(held.compact === undefined ? held.attributes : held.compact.attributes) ||
          held.events.some(holdsContentInside)
        ),
      clean: span,
    },
    log: {
      allowed: (held) =>
        withContent.log || !(isContentEvent(held.eventName) || holdsContent(held.attributes)),
      clean: log,
    },
    text,
    innocent,
  };
}

function holdsContent(values: HeldAttributes): boolean {
  for (const key in values) if (contentKind(key) !== "none") return true;
  return false;
}

function holdsContentInside({ attributes }: HeldEvent): boolean {
  return attributes !== undefined && holdsContent(attributes);
}

/** With content off, a tool's arguments are told by their size and hash. */
function fingerprint(changed: Record<string, unknown>, value: unknown): void {
  const { size, sha256 } = argumentsFingerprint(typeof value === "string" ? value : asJson(value));
  changed[attr.toolArgumentsSize] = size;
  changed[attr.toolArgumentsSha256] = sha256;
}

function asJson(value: unknown): string {
  try {
    return JSON.stringify(value) ?? "";
  } catch {
    return "";
  }
}

function copy(values: HeldAttributes): Record<string, unknown> {
  return Object.assign(Object.create(null) as Record<string, unknown>, values);
}

function each<T>(values: readonly T[], change: (value: T) => T): readonly T[] {
  if (values.length === 0) return values;
  const changed = values.map(change);
  return changed.some((value, i) => value !== values[i]) ? changed : values;
}
