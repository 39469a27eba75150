import { argumentsFingerprint, attr, redact, type ContentCapture } from "@throughline/core";
import type {
  HeldAttributes,
  HeldEvent,
  HeldLink,
  HeldLog,
  HeldSpan,
} from "@throughline/core/otlp";

import { logWith, spanWith } from "./changed.ts";
import { contentKind } from "./content-keys.ts";

/** The host's own rule, after ours: gives the text that may leave. Throwing masks the whole value. */
export type Redactor = (text: string, key: string) => string;

export interface RedactionOptions {
  readonly capture: ContentCapture;
  /** Bytes of UTF-8 one text value may have. */
  readonly maxValueBytes: number;
  readonly redactor: Redactor | undefined;
}

/** What may leave the process or reach a disk. The same object when nothing has to change, which is nearly always. */
export interface Redaction {
  readonly span: (span: HeldSpan) => HeldSpan;
  readonly log: (log: HeldLog) => HeldLog;
  /** One value of a log line or file. */
  readonly text: (text: string, key: string) => string;
}

/** Deeper values become this mark: what can't be looked at does not leave. */
const tooDeep = "[masked:too-deep]";
const maxDepth = 16;

/** Short texts that were found innocent: models, tools, names come again and again, and are looked at once. */
const longestInnocent = 64;
const mostInnocents = 4_096;

export function createRedaction(options: RedactionOptions): Redaction {
  const { capture, maxValueBytes, redactor } = options;
  const allowed = {
    span: capture === "span" || capture === "both",
    log: capture === "event" || capture === "both",
  };
  const innocent = new Set<string>();

  function text(value: string, key: string): string {
    if (redactor !== undefined) return askHost(redact(value, maxValueBytes), key);
    if (value.length > longestInnocent) return redact(value, maxValueBytes);
    if (innocent.has(value)) return value;
    const redacted = redact(value, maxValueBytes);
    if (redacted === value) {
      if (innocent.size >= mostInnocents) innocent.clear();
      innocent.add(value);
    }
    return redacted;
  }

  function askHost(value: string, key: string): string {
    try {
      const answer: unknown = redactor?.(value, key);
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

  function attributes(values: HeldAttributes, withContent: boolean): HeldAttributes {
    let changed: Record<string, unknown> | undefined;
    for (const key in values) {
      if (!Object.hasOwn(values, key)) continue;
      const value = values[key];
      const kind = withContent ? undefined : contentKind(key);
      if (kind === undefined) {
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

  function event(held: HeldEvent, withContent: boolean): HeldEvent {
    const values = held.attributes;
    const redacted = values && attributes(values, withContent);
    return redacted === values ? held : { ...held, attributes: redacted };
  }

  function link(held: HeldLink): HeldLink {
    const values = held.attributes;
    const redacted = values && attributes(values, allowed.span);
    return redacted === values ? held : { ...held, attributes: redacted };
  }

  function span(held: HeldSpan): HeldSpan {
    const changes = {
      name: text(held.name, "name"),
      attributes: attributes(held.attributes, allowed.span),
      events: each(held.events, (one) => event(one, allowed.span)),
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
    const changed = attributes(held.attributes, allowed.log);
    const body = any(held.body, "body");
    return changed === held.attributes && body === held.body
      ? held
      : logWith(held, { attributes: changed, body });
  }

  return { span, log, text };
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
