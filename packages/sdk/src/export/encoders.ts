import { writeHeldLog, writeHeldSpan, type ByteWriter } from "@throughline/core/otlp";

import type { Redaction, Rule } from "../content/index.ts";
import { logInItsSession, spanInItsSession } from "./last-check.ts";
import type { ReadableLogRecord, ReadableSpan } from "./readable.ts";

/** Appends a record as it may leave. */
export type Encoder<Item> = (writer: ByteWriter, item: Item) => void;

export function spanEncoder(redaction: Redaction): Encoder<ReadableSpan> {
  const encode = encoder(redaction, redaction.span, writeHeldSpan);
  return (writer, span) => encode(writer, spanInItsSession(span));
}

export function logEncoder(redaction: Redaction): Encoder<ReadableLogRecord> {
  const encode = encoder(redaction, redaction.log, writeHeldLog);
  return (writer, record) => encode(writer, logInItsSession(record));
}

/**
 * Encodes first and looks at the bytes of its texts then; the rare record that is not innocent is cleaned and encoded anew.
 */
function encoder<Held>(
  redaction: Redaction,
  rule: Rule<Held>,
  write: (writer: ByteWriter, held: Held) => number,
): Encoder<Held> {
  return (writer, held) => {
    const start = writer.pos;
    if (rule.allowed(held)) {
      const texts = write(writer, held);
      if (redaction.innocent(writer.bytes, writer.pos - texts, writer.pos)) return;
      writer.pos = start;
    }
    write(writer, rule.clean(held));
  };
}
